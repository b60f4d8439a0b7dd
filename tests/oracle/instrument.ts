/** Puts marks into a driver's code that tell where it runs: the line of each call, how each test came out, the ways out. */
import ts from "typescript";

/** A test of the source: a comparison, or a value that is asked whether it is true. */
export interface Test {
  readonly line: number;
  /** As written, white space made one blank. */
  readonly text: string;
}

/** Code that runs, with its marks. */
export interface Instrumented {
  /** CommonJS of the target ES2022. It calls `$at`, `$test`, `$switch`, `$turn` and `$exit`. */
  readonly code: string;
  /** By the numbers that `$test` is given. */
  readonly tests: readonly Test[];
}

/**
 * Translates a driver, marked: what is known by ambient declarations is left to be given. Throws where the text is no code.
 * @param tests those of the files before it: its own are added
 * @param above how many lines stand in the files before it
 */
export function instrumented(text: string, tests: Test[] = [], above = 0): Instrumented {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, verbatimModuleSyntax: false, esModuleInterop: false },
    transformers: { before: [(context) => (file) => new Marker(context, file, { tests, above }).file()] },
  });
  // What is said of no file is said of the options.
  const error = diagnostics.find(({ file }) => file !== undefined);
  if (error !== undefined) throw new SyntaxError(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return { code: outputText, tests };
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken]);

const { factory } = ts;

class Marker {
  readonly #context: ts.TransformationContext;
  readonly #file: ts.SourceFile;
  readonly #tests: Test[];
  readonly #above: number;

  constructor(context: ts.TransformationContext, file: ts.SourceFile, { tests, above }: { readonly tests: Test[]; readonly above: number }) {
    this.#context = context;
    this.#file = file;
    this.#tests = tests;
    this.#above = above;
  }

  file(): ts.SourceFile {
    return ts.visitEachChild(this.#file, this.#visit, this.#context);
  }

  readonly #visit = (node: ts.Node): ts.Node => {
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true) return node;
    if (ts.isCallExpression(node)) return this.#call(node);
    if (ts.isReturnStatement(node)) {
      const value = node.expression === undefined ? factory.createVoidZero() : this.#expression(node.expression);
      return factory.updateReturnStatement(node, this.#exit(node, value));
    }
    if (ts.isThrowStatement(node)) return factory.updateThrowStatement(node, this.#exit(node, this.#expression(node.expression)));
    if (ts.isIfStatement(node)) {
      const otherwise = node.elseStatement === undefined ? undefined : this.#statement(node.elseStatement);
      return factory.updateIfStatement(node, this.#condition(node.expression), this.#statement(node.thenStatement), otherwise);
    }
    if (ts.isWhileStatement(node)) return factory.updateWhileStatement(node, this.#condition(node.expression), this.#turns(node.statement));
    if (ts.isDoStatement(node)) return factory.updateDoStatement(node, this.#turns(node.statement), this.#condition(node.expression));
    if (ts.isForStatement(node)) {
      const initializer = ts.visitNode(node.initializer, this.#visit, ts.isForInitializer);
      const condition = node.condition === undefined ? undefined : this.#condition(node.condition);
      const incrementor = ts.visitNode(node.incrementor, this.#visit, ts.isExpression);
      return factory.updateForStatement(node, initializer, condition, incrementor, this.#turns(node.statement));
    }
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      const statement = this.#turns(node.statement);
      const expression = this.#expression(node.expression);
      return ts.isForOfStatement(node)
        ? factory.updateForOfStatement(node, node.awaitModifier, node.initializer, expression, statement)
        : factory.updateForInStatement(node, node.initializer, expression, statement);
    }
    if (ts.isConditionalExpression(node)) {
      return factory.updateConditionalExpression(node, this.#condition(node.condition), node.questionToken, this.#expression(node.whenTrue), node.colonToken, this.#expression(node.whenFalse));
    }
    if (ts.isSwitchStatement(node)) return this.#switch(node);
    if (ts.isBinaryExpression(node)) {
      if (LOGICAL.has(node.operatorToken.kind)) return factory.updateBinaryExpression(node, this.#condition(node.left), node.operatorToken, this.#expression(node.right));
      if (COMPARISONS.has(node.operatorToken.kind)) return this.#test(node);
    }
    if (ts.isBlock(node) && ts.isFunctionLike(node.parent)) {
      const inside = ts.visitEachChild(node, this.#visit, this.#context);
      const end = factory.createExpressionStatement(mark("$exit", number(this.#lineAt(node.end - 1)), number(this.#ownerOf(node))));
      return factory.updateBlock(inside, [...inside.statements, end]);
    }
    return ts.visitEachChild(node, this.#visit, this.#context);
  };

  #expression(node: ts.Expression): ts.Expression {
    return ts.visitNode(node, this.#visit, ts.isExpression) ?? node;
  }

  #statement(node: ts.Statement): ts.Statement {
    return ts.visitNode(node, this.#visit, ts.isStatement) ?? node;
  }

  /** The line is noted when the arguments are known, right before the call itself. */
  #call(node: ts.CallExpression): ts.Expression {
    const inside = ts.visitEachChild(node, this.#visit, this.#context);
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword || node.expression.kind === ts.SyntaxKind.ImportKeyword) return inside;
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const line = number(this.#lineAt(name.getStart(this.#file)));
    const last = inside.arguments.at(-1);
    if (last === undefined) {
      if (ts.isOptionalChain(node)) return inside;
      return factory.createParenthesizedExpression(factory.createComma(mark("$at", line), inside));
    }
    const marked = ts.isSpreadElement(last) ? factory.updateSpreadElement(last, mark("$at", line, last.expression)) : mark("$at", line, last);
    return factory.updateCallExpression(inside, inside.expression, inside.typeArguments, [...inside.arguments.slice(0, -1), marked]);
  }

  /** The tests that decide a condition. */
  #condition(node: ts.Expression): ts.Expression {
    if (ts.isParenthesizedExpression(node)) return factory.updateParenthesizedExpression(node, this.#condition(node.expression));
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return factory.createLogicalNot(this.#condition(node.operand));
    if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) {
      return factory.updateBinaryExpression(node, this.#condition(node.left), node.operatorToken, this.#condition(node.right));
    }
    return this.#test(node);
  }

  #test(node: ts.Expression): ts.Expression {
    const isComparison = ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind);
    return mark("$test", this.#number(node, node.getText(this.#file)), isComparison ? ts.visitEachChild(node, this.#visit, this.#context) : this.#expression(node));
  }

  /** Each case is a comparison with what is switched on; those that are no plain values go unnoted. */
  #switch(node: ts.SwitchStatement): ts.Statement {
    const subject = node.expression.getText(this.#file);
    const cases = node.caseBlock.clauses.flatMap((clause) => {
      if (!ts.isCaseClause(clause) || !(ts.isLiteralExpression(clause.expression) || ts.isIdentifier(clause.expression))) return [];
      return [factory.createArrayLiteralExpression([this.#number(clause.expression, `${subject} === ${clause.expression.getText(this.#file)}`), clause.expression])];
    });
    const value = mark("$switch", this.#expression(node.expression), factory.createArrayLiteralExpression(cases));
    return factory.updateSwitchStatement(node, value, ts.visitEachChild(node.caseBlock, this.#visit, this.#context));
  }

  #number(node: ts.Node, text: string): ts.Expression {
    this.#tests.push({ line: this.#lineAt(node.getStart(this.#file)), text: text.replace(/\s+/gu, " ") });
    return number(this.#tests.length - 1);
  }

  #turns(body: ts.Statement): ts.Statement {
    const statement = this.#statement(body);
    return factory.createBlock([factory.createExpressionStatement(mark("$turn")), ...(ts.isBlock(statement) ? statement.statements : [statement])], true);
  }

  #exit(node: ts.Node, value: ts.Expression): ts.Expression {
    return mark("$exit", number(this.#lineAt(node.getStart(this.#file))), number(this.#ownerOf(node)), value);
  }

  /** The line on which the function begins that something stands in. */
  #ownerOf(node: ts.Node): number {
    for (let owner = node.parent; owner !== undefined; owner = owner.parent) if (ts.isFunctionLike(owner)) return this.#lineAt(owner.getStart(this.#file));
    return 0;
  }

  #lineAt(position: number): number {
    return this.#file.getLineAndCharacterOfPosition(position).line + 1 + this.#above;
  }
}

const mark = (name: string, ...args: ts.Expression[]): ts.Expression => factory.createCallExpression(factory.createIdentifier(name), undefined, args);
const number = (value: number): ts.Expression => factory.createNumericLiteral(value);
