/**
 * The variables of cells, each in an object of its own that all cells, and the functions, classes and timers that they leave
 * behind, have in common: `let lr = .1` becomes `$cell_lr.value = .1`, and every use of it `$cell_lr.value`. A declaration in a
 * later cell is an assignment to the same variable. One object for all of them would be a hash table to the engine from some
 * hundred variables on: loops over them took 5 to 12 times as long.
 */
import type ts from 'typescript';
import { runtimeSyntax } from './module-syntax';
import { runtime, type TypeScript } from './surroundings';

export interface Variables {
  /** The names of those met so far. */
  used: Set<string>;
  /** Rewrites a node inside a statement. */
  visit(node: ts.Node): ts.Node | ts.Node[] | undefined;
  /** `$cell_name.value = value;` */
  assignment(name: string, value: ts.Expression): ts.Statement;
  /** Rewrites a value; a function or class without a name is called `name`. */
  named(name: string, value: ts.Expression): ts.Expression;
}

/** Rewrites declarations and uses of the `shared` symbols; `context` is that of a transformation of the cell's file. */
export function sharedVariables(
  api: TypeScript,
  checker: ts.TypeChecker,
  shared: Set<ts.Symbol>,
  context: ts.TransformationContext,
): Variables {
  const { factory } = context;

  const used = new Set<string>();
  const reference = (name: string) => {
    used.add(name);
    return factory.createPropertyAccessExpression(factory.createIdentifier(runtime.variable + name), 'value');
  };
  const assignment = (name: string, value: ts.Expression) =>
    factory.createExpressionStatement(factory.createAssignment(reference(name), value));
  const placed = <T extends ts.Node>(node: T, at: ts.Node): T => api.setSourceMapRange(node, at);

  /** Inside its own class, enum or namespace a name means just that; its variable may not even be assigned yet. */
  const isInside = (node: ts.Node, symbol: ts.Symbol) =>
    symbol.declarations?.some(
      (declaration) =>
        (api.isClassLike(declaration) || api.isEnumDeclaration(declaration) || api.isModuleDeclaration(declaration)) &&
        api.findAncestor(node, (ancestor) => ancestor === declaration || api.isSourceFile(ancestor)) === declaration,
    );
  const isShared = (symbol: ts.Symbol | undefined, node: ts.Node) =>
    symbol !== undefined && shared.has(symbol) && !isInside(node, symbol);
  const isSharedName = (name: ts.Identifier) => isShared(checker.getSymbolAtLocation(name), name);

  const visit = (node: ts.Node): ts.Node | ts.Node[] | undefined => {
    if (isExport(api, node)) return undefined;
    if (api.isIdentifier(node)) return isUse(api, node) && isSharedName(node) ? use(node) : node;
    if (isErased(api, node)) return node;
    const special = runtimeSyntax(api, node);
    if (special) return special;
    if (api.isShorthandPropertyAssignment(node)) return shorthand(node);
    if (api.isBinaryExpression(node) && isNamingAssignment(api, node)) return naming(node);
    if (api.isVariableStatement(node) && declaresShared(node.declarationList)) return assignments(node);
    if (api.isForStatement(node) && isSharedList(node.initializer)) return loop(node);
    if ((api.isForOfStatement(node) || api.isForInStatement(node)) && isSharedList(node.initializer))
      return eachLoop(node);
    return api.visitEachChild(node, visit, context);
  };
  const visited = (node: ts.Expression) => api.visitNode(node, visit) as ts.Expression;

  /** Called as a function, `f` has no `this`: `(0, $cell_f.value)()`. */
  const use = (node: ts.Identifier): ts.Expression => {
    const property = placed(reference(node.text), node);
    return isCallee(api, node)
      ? factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), property))
      : property;
  };

  const shorthand = (node: ts.ShorthandPropertyAssignment) => {
    const symbol = checker.getShorthandAssignmentValueSymbol(node);
    if (!isShared(symbol, node)) return api.visitEachChild(node, visit, context);
    const target = placed(reference(node.name.text), node.name);
    const fallback = node.objectAssignmentInitializer;
    const value = fallback ? factory.createAssignment(target, named(node.name.text, fallback)) : target;
    return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
  };

  const naming = (node: ts.BinaryExpression) => {
    const left = node.left as ts.Identifier;
    if (!isSharedName(left)) return api.visitEachChild(node, visit, context);
    return factory.updateBinaryExpression(node, use(left), node.operatorToken, named(left.text, node.right));
  };

  /** JavaScript names a function after the variable that it is assigned to, but not after a property. */
  const named = (name: string, value: ts.Expression): ts.Expression => {
    const plain = unwrapped(api, value);
    const anonymous =
      api.isArrowFunction(plain) || ((api.isFunctionExpression(plain) || api.isClassExpression(plain)) && !plain.name);
    if (!anonymous) return visited(value);
    const holder = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name, visited(value))]);
    return factory.createPropertyAccessExpression(holder, name);
  };

  const declaresShared = (list: ts.VariableDeclarationList) => {
    const first = firstName(api, list);
    return first !== undefined && isSharedName(first);
  };
  const isSharedList = (node: ts.ForInitializer | undefined): node is ts.VariableDeclarationList =>
    node !== undefined && api.isVariableDeclarationList(node) && declaresShared(node);

  const assigned = (list: ts.VariableDeclarationList): ts.Expression[] =>
    list.declarations.flatMap(({ name, initializer }) => {
      // `let x;` makes it undefined, `var x;` leaves it.
      const isVar = (list.flags & api.NodeFlags.BlockScoped) === 0;
      if (!initializer && isVar) return [];
      const valueOf = (given: ts.Expression) => (api.isIdentifier(name) ? named(name.text, given) : visited(given));
      const value = initializer ? valueOf(initializer) : factory.createVoidZero();
      return placed(factory.createAssignment(target(name), value), name);
    });

  const assignments = (node: ts.VariableStatement): ts.Node[] => {
    const statements = assigned(node.declarationList).map((each) => factory.createExpressionStatement(each));
    return statements.length > 0 ? statements : [factory.createEmptyStatement()];
  };

  const loop = (node: ts.ForStatement) => {
    const parts = assigned(node.initializer as ts.VariableDeclarationList);
    const initializer = parts.length > 0 ? parts.reduce((all, part) => factory.createComma(all, part)) : undefined;
    const rest = api.visitEachChild(
      factory.updateForStatement(node, undefined, node.condition, node.incrementor, node.statement),
      visit,
      context,
    );
    return factory.updateForStatement(rest, initializer, rest.condition, rest.incrementor, rest.statement);
  };

  const eachLoop = (node: ts.ForOfStatement | ts.ForInStatement) => {
    const variable = target((node.initializer as ts.VariableDeclarationList).declarations[0].name);
    const updated = api.isForOfStatement(node)
      ? factory.updateForOfStatement(node, node.awaitModifier, variable, node.expression, node.statement)
      : factory.updateForInStatement(node, variable, node.expression, node.statement);
    return api.visitEachChild(updated, visit, context);
  };

  /** What a declared name or pattern becomes on the left of an assignment. */
  const target = (name: ts.BindingName): ts.Expression => {
    if (api.isIdentifier(name)) return placed(reference(name.text), name);
    if (api.isArrayBindingPattern(name))
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (api.isOmittedExpression(element)) return element;
          return element.dotDotDotToken ? factory.createSpreadElement(target(element.name)) : withDefault(element);
        }),
      );
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name));
        const property = element.propertyName ?? factory.createIdentifier((element.name as ts.Identifier).text);
        return factory.createPropertyAssignment(
          api.isComputedPropertyName(property)
            ? factory.updateComputedPropertyName(property, visited(property.expression))
            : property,
          withDefault(element),
        );
      }),
    );
  };
  const withDefault = ({ name, initializer }: ts.BindingElement) => {
    if (!initializer) return target(name);
    const value = api.isIdentifier(name) ? named(name.text, initializer) : visited(initializer);
    return factory.createAssignment(target(name), value);
  };

  return { used, visit, assignment, named };
}

/** Types leave no trace in JavaScript. `extends B<T>` counts as one to the compiler, but its `B` is a value. */
function isErased(api: TypeScript, node: ts.Node): boolean {
  if (api.isExpressionWithTypeArguments(node)) {
    const clause = node.parent;
    return clause && api.isHeritageClause(clause) && clause.token === api.SyntaxKind.ImplementsKeyword;
  }
  return api.isTypeNode(node) || api.isInterfaceDeclaration(node) || api.isTypeAliasDeclaration(node);
}

/** Whether an identifier stands for the value of a variable, and is not the name of a property, a label or a declaration. */
function isUse(api: TypeScript, node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node & { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  if (!parent) return false;
  return (
    parent.name !== node && parent.propertyName !== node && parent.label !== node && !api.isExportSpecifier(parent)
  );
}

/** Every top-level variable of a cell is exported to the others, so the word itself says nothing. */
function isExport(api: TypeScript, node: ts.Node): boolean {
  const { ExportKeyword, DefaultKeyword } = api.SyntaxKind;
  if (node.kind !== ExportKeyword && node.kind !== DefaultKeyword) return false;
  return node.parent !== undefined && node.parent.parent !== undefined && api.isSourceFile(node.parent.parent);
}

/** Parentheses and assertions of types around an expression. */
function isWrapper(
  api: TypeScript,
  node: ts.Node,
): node is
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.TypeAssertion
  | ts.NonNullExpression {
  return (
    api.isParenthesizedExpression(node) ||
    api.isAsExpression(node) ||
    api.isSatisfiesExpression(node) ||
    api.isTypeAssertionExpression(node) ||
    api.isNonNullExpression(node)
  );
}

function unwrapped(api: TypeScript, node: ts.Expression): ts.Expression {
  return isWrapper(api, node) ? unwrapped(api, node.expression) : node;
}

function isCallee(api: TypeScript, node: ts.Node): boolean {
  let whole = node;
  while (isWrapper(api, whole.parent)) whole = whole.parent;
  return (
    (api.isCallExpression(whole.parent) && whole.parent.expression === whole) ||
    (api.isTaggedTemplateExpression(whole.parent) && whole.parent.tag === whole)
  );
}

function isNamingAssignment(api: TypeScript, { left, operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    api.isIdentifier(left) &&
    (kind === api.SyntaxKind.EqualsToken ||
      kind === api.SyntaxKind.QuestionQuestionEqualsToken ||
      kind === api.SyntaxKind.BarBarEqualsToken ||
      kind === api.SyntaxKind.AmpersandAmpersandEqualsToken)
  );
}

function firstName(api: TypeScript, list: ts.VariableDeclarationList): ts.Identifier | undefined {
  const inside = (name: ts.BindingName): ts.Identifier | undefined => {
    if (api.isIdentifier(name)) return name;
    for (const element of name.elements) {
      const found = api.isOmittedExpression(element) ? undefined : inside(element.name);
      if (found) return found;
    }
    return undefined;
  };
  for (const { name } of list.declarations) {
    const found = inside(name);
    if (found) return found;
  }
  return undefined;
}
