"""Which places of a tree `early_errors` looks at, as tree-sitter queries."""

import re
from collections.abc import Iterator
from functools import lru_cache

_OPERAND = '[(assignment_expression "=" @wrong.target) (augmented_assignment_expression operator: _ @wrong.target)]'
_LOOP_BODIES = ("while_statement", "do_statement", "for_statement", "for_in_statement", "with_statement", "labeled_statement")

FORMS = "\n".join(
    [
        # Scopes.
        """
        [(function_declaration) (function_expression) (generator_function) (generator_function_declaration) (arrow_function)
         (method_definition)] @function
        (field_definition value: (_) @field)
        (class_static_block) @static_block
        [(class_declaration) (class)] @class
        (statement_block) @block
        (switch_body) @switch
        (catch_clause) @catch
        [(for_statement) (for_in_statement) (while_statement) (do_statement)] @loop
        (labeled_statement) @label
        """,
        # What functions and classes are.
        """
        (function_declaration "async" @async) (function_expression "async" @async) (arrow_function "async" @async)
        (generator_function "async" @async) (generator_function_declaration "async" @async) (method_definition "async" @async)
        (generator_function "*" @generator) (generator_function_declaration "*" @generator) (method_definition "*" @generator)
        (method_definition "static" @static) (method_definition ["get" "set"] @accessor)
        (method_definition name: [(property_identifier) (private_property_identifier) (string)] @method_name)
        (field_definition property: [(property_identifier) (private_property_identifier) (string)] @field_name)
        [(class_declaration (class_heritage) @heritage) (class (class_heritage) @heritage)]
        (program . (expression_statement (string) @directive))
        (program (expression_statement (string)) . (expression_statement (string) @directive))
        (statement_block . (expression_statement (string) @directive))
        (statement_block . (comment) . (expression_statement (string) @directive))
        (program . (comment) . (expression_statement (string) @directive))
        """,
        # Declarations.
        """
        (lexical_declaration (variable_declarator name: (_) @lexical))
        (for_in_statement kind: ["let" "const"] left: (_) @lexical)
        (variable_declaration (variable_declarator name: (_) @var))
        (for_in_statement kind: "var" left: (_) @var)
        [(function_declaration name: (_) @function_name) (generator_function_declaration name: (_) @function_name)]
        (class_declaration name: (_) @class_name)
        (formal_parameters [(identifier) (object_pattern) (array_pattern) (assignment_pattern) (rest_pattern)] @parameter)
        (arrow_function parameter: (identifier) @parameter)
        (catch_clause parameter: (_) @caught)
        (import_clause (identifier) @imported)
        (import_specifier !alias name: (identifier) @imported)
        (import_specifier alias: (identifier) @imported)
        (namespace_import (identifier) @imported)
        (if_statement consequence: (function_declaration) @branch)
        (else_clause (function_declaration) @branch)
        """,
        # Forms that need their surroundings.
        """
        (await_expression) @await
        (for_in_statement "await" @for_await)
        (yield_expression) @yield
        (return_statement) @return
        (break_statement) @break
        (continue_statement) @continue
        (super) @super
        (meta_property) @meta
        [(import_statement) (export_statement)] @port
        (export_statement !source (export_clause (export_specifier name: (identifier) @export)))
        (export_clause (export_specifier !alias name: (_) @exported_as))
        (export_clause (export_specifier alias: (_) @exported_as))
        (export_statement "default" @exported_as)
        (with_statement "with" @with)
        (unary_expression operator: "delete" argument: [(identifier) @delete (parenthesized_expression (identifier) @delete)])
        (unary_expression operator: "delete"
          argument: (member_expression property: (private_property_identifier) @wrong.delete_private))
        (member_expression property: (private_property_identifier) @private)
        (binary_expression left: (private_property_identifier) @private operator: "in")
        ((identifier) @word (#any-of? @word "await" "yield" "let" "static" "enum" "arguments" "implements" "interface" "package"
          "private" "protected" "public"))
        (binary_expression right: (yield_expression) @yield_operand)
        (unary_expression argument: (yield_expression) @yield_operand)
        (await_expression (yield_expression) @yield_operand)
        (html_comment) @html_comment
        (hash_bang_line) @hash_bang
        ((number) @number (#match? @number "^0[0-9_]"))
        ((string (escape_sequence) @octal) (#match? @octal "^.[0-9]"))
        ((template_string (escape_sequence) @octal_template) (#match? @octal_template "^.[0-9]"))
                (shorthand_property_identifier) @shorthand
        (regex) @regex
        ([(assignment_expression left: (identifier) @assigned) (augmented_assignment_expression left: (identifier) @assigned)
          (update_expression argument: (identifier) @assigned)] (#any-of? @assigned "eval" "arguments"))
        (expression_statement) @statement
        (arrow_function body: (object) @wrong.suspect)
        (arrow_function body: (assignment_expression left: [(object_pattern) (array_pattern)]) @wrong.suspect)
        (arrow_function body: (member_expression object: (object)) @wrong.suspect)
        (call_expression function: (import) arguments: (arguments . "(" . ")" @token))
        (member_expression object: (yield_expression) . _ @token)
        """,
        # Assignments and operands.
        """
        (update_expression argument: (_) @target)
        (assignment_expression left: (parenthesized_expression) @target)
        (augmented_assignment_expression left: (parenthesized_expression) @target)
        """,
        f"(binary_expression right: {_OPERAND})",
        f"(unary_expression argument: {_OPERAND})",
        f"(await_expression {_OPERAND})",
        """
        (binary_expression right: (arrow_function "=>" @token))
        (unary_expression argument: (arrow_function "=>" @token))
        (await_expression (arrow_function "=>" @token))
        (binary_expression left: (arrow_function) operator: _ @token)
        (assignment_expression left: (parenthesized_expression (arrow_function)) @wrong.target)
        (ternary_expression condition: (arrow_function) "?" @token)
        (member_expression object: (arrow_function) . _ @token)
        (subscript_expression object: (arrow_function) "[" @token)
        (call_expression function: (arrow_function) arguments: (arguments . "(" @token))
        (binary_expression left: [(unary_expression) (await_expression)] operator: "**" @token.alone)
        (for_in_statement !kind left: (identifier) @for_word operator: "of")
        """,
        # Commas, and elements that must be last or alone.
        *(
            f'({kind} "{opener}" . "," @token) ({kind} "," . "," @token)'
            for kind, opener in (("object", "{"), ("object_pattern", "{"), ("arguments", "("))
        ),
        *(f'({kind} (rest_pattern) @wrong.rest . ",")' for kind in ("array_pattern", "object_pattern", "formal_parameters")),
        """
        (formal_parameters [(member_expression) (subscript_expression)] @wrong.parameter)
        (method_definition "get" parameters: (formal_parameters
            [(identifier) (object_pattern) (array_pattern) (assignment_pattern) (rest_pattern)] @wrong.getter))
        (method_definition "set" parameters: (formal_parameters . "(" . ")") @wrong.setter)
        (method_definition "set" parameters: (formal_parameters "," . [(identifier) (object_pattern) (array_pattern)
            (assignment_pattern)] @wrong.setter))
        (method_definition "set" parameters: (formal_parameters (rest_pattern) @wrong.setter_rest))
        """,
        # Statements.
        """
        (lexical_declaration kind: "const" (variable_declarator name: (_) @wrong.const !value))
        (lexical_declaration kind: "let" (variable_declarator name: [(object_pattern) (array_pattern)] @wrong.pattern !value))
        (variable_declaration (variable_declarator name: [(object_pattern) (array_pattern)] @wrong.pattern !value))
        (try_statement "try" @wrong.try !handler !finalizer)
        (switch_body (switch_default) . (switch_case)* . (switch_default "default" @wrong.default))
        (switch_body (switch_default) . (comment)* . (switch_default "default" @wrong.default))
                """,
        *(
            f"{shape.format('(lexical_declaration kind: _ @token)')} {shape.format('(class_declaration . _ @token.alone)')}"
            for shape in (
                "(if_statement consequence: {0})",
                "(else_clause {0})",
                *(f"({kind} body: {{0}})" for kind in _LOOP_BODIES),
            )
        ),
        *(
            f"({kind} body: [(function_declaration) (generator_function_declaration)] @wrong.lone_function)"
            for kind in _LOOP_BODIES[:-1]
        ),
        """
        (export_statement "default" declaration: (lexical_declaration kind: _ @token))
        (labeled_statement body: (generator_function_declaration "*" @token))
        (labeled_statement body: (function_declaration "async" @wrong.lone_function))
        (if_statement consequence: (generator_function_declaration) @wrong.lone_function)
        (if_statement consequence: (function_declaration "async") @wrong.lone_function)
        """,
    ]
)
"""The query. A capture `token…` is an unexpected token, `wrong.x` a form of `WRONG`; every other capture `x` is handled by a
method `on_x` of the pass over the tree."""

_TARGET_OF = (
    "(assignment_expression left: {0})",
    "(augmented_assignment_expression left: {0})",
    "(update_expression argument: {0})",
)
_CHAINS = (
    "(member_expression optional_chain: (_)) @wrong.target",
    "(subscript_expression optional_chain: (_)) @wrong.target",
    "(member_expression object: (member_expression optional_chain: (_))) @wrong.target",
    "(member_expression object: (call_expression optional_chain: (_))) @wrong.target",
    "(subscript_expression object: (member_expression optional_chain: (_))) @wrong.target",
)
_OPTIONAL_CHAINS = "\n".join(
    [
        *(shape.format(chain) for shape in _TARGET_OF for chain in _CHAINS),
        """
        (array_pattern (member_expression optional_chain: (_)) @wrong.target)
        (for_in_statement left: (member_expression optional_chain: (_)) @wrong.loop_target)
        (call_expression function: (member_expression optional_chain: (_)) arguments: (template_string) @wrong.chain_template)
        (new_expression constructor: (member_expression optional_chain: (_) @wrong.chain_new))
        (new_expression constructor: (call_expression optional_chain: (_)) @wrong.suspect)
        """,
    ]
)
_NULLISH_MIXTURES = """
(binary_expression left: (binary_expression operator: ["||" "&&"]) operator: "??" @token)
(binary_expression left: (binary_expression operator: "??") operator: ["||" "&&"] @token)
(binary_expression operator: "??" right: (binary_expression operator: ["||" "&&"] @token))
(binary_expression operator: ["||" "&&"] right: (binary_expression operator: "??" @token))
"""
_CHAIN_IN_ODD_PLACE = re.compile(
    r"""\?\.[\w$.\[\]"']*+(?:\([^()]*+\)[\w$.]*+)?[ \t]*+(?:[-+*/%&^|?]{0,3}+=(?![=>])|\+\+|--|`|\]|of\b)"""
    r"""|(?:\+\+|--|\bnew[ \t])[ \t]*+[\w$.]++(?:\[[^\[\]]*+\])?\?\."""
)
_CLAUSE_END = re.compile(r"[;{}]")


@lru_cache(maxsize=8)
def queries(text: str) -> tuple[str, ...]:
    """The queries to put to code: `FORMS`, and what only a glance at the text can call for (queries are dear to compile)."""
    chosen = [FORMS]
    if "?." in text and _CHAIN_IN_ODD_PLACE.search(text):
        chosen.append(_OPTIONAL_CHAINS)
    if any("||" in clause or "&&" in clause for clause in _clauses_with(text, "??")):
        chosen.append(_NULLISH_MIXTURES)
    return tuple(chosen)


def _clauses_with(text: str, operator: str) -> Iterator[str]:
    """The stretches without semicolons and braces in which an operator stands."""
    start, at = 0, text.find(operator)
    while at >= 0:
        start = 1 + max(start - 1, *(text.rfind(mark, start, at) for mark in ";{}"))
        match = _CLAUSE_END.search(text, at)
        end = len(text) if match is None else match.start()
        yield text[start:end]
        start, at = end, text.find(operator, end)


RANKS = {"field": 0, "branch": 0} | dict.fromkeys(
    ("function", "static_block", "class", "block", "switch", "catch", "loop", "label"), 1
)
"""Which of several captures of the same stretch comes first; what is not a scope comes last."""

WRONG: dict[str, tuple[str] | tuple[str, bool]] = {
    "target": ("Invalid left-hand side in assignment",),
    "suspect": ("",),
    "loop_target": ("Invalid left-hand side in for-loop",),
    "delete_private": ("Private fields can not be deleted", True),
    "chain_template": ("Invalid tagged template on optional chain", True),
    "chain_new": ("Invalid optional chain from new expression", True),
    "rest": ("Rest element must be last element", True),
    "parameter": ("Invalid destructuring assignment target",),
    "getter": ("Getter must not have any formal parameters",),
    "setter": ("Setter must have exactly one formal parameter",),
    "setter_rest": ("Setter function argument must not be a rest parameter",),
    "const": ("Missing initializer in const declaration",),
    "pattern": ("Missing initializer in destructuring declaration", True),
    "try": ("Missing catch or finally after try",),
    "default": ("More than one default clause in switch statement",),
    "lone_function": ("Functions can only be declared at top level or inside a block", True),
}
"""What is wrong with a form, and whether that is certain without esprima2; empty where esprima2 knows (see `EarlyError`)."""
