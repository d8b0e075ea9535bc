"""Random Jinja templates, from a seed: every construct that prompts use, nested, with nasty expressions."""

from __future__ import annotations

from random import Random

VALUES = {
    "name": "Ada <b>",
    "dish": "omelette 🍳\nwith chives ",
    "empty": "",
    "count": 3,
    "price": 2.5,
    "yes": True,
    "none": None,
    "items": ["eggs", "Milk", "straße"],
    "guest": {"name": "Bo", "likes": ["tea", "rye bread"], "age": 41, "title": "Dr. É"},
    "rows": [{"q": "Why?", "a": "so: it is"}, {"q": "How?\r\nFast", "a": ""}],
    "numbers": [3, 1, 2],
}

ATOMS = (
    *("name", "dish", "empty", "count", "price", "yes", "none", "items", "guest.name", "guest['title']", "rows[0].q"),
    *("items[0]", "items[-1]", "guest.likes", "numbers", "x", "missing", "guest.nothing", "rows[1]['q']"),
    *("'lit'", '"two\\nlines"', "'q\\'s é'", "'a' 'b'", "12", "3.5", "[1, 'b', name]", "{'k': name, 2: 'v'}"),
    *("(1, 'two')", "range(3)", "true", "none", "loop.index", "dict(a=name)", "'%s-%5s' % (name, count)"),
)
FILTERS = (
    *("upper", "lower", "title", "capitalize", "trim", "length", "default('dflt')", "d('e', true)", "string", "list"),
    *("join(', ')", "join", "first", "last", "reverse", "replace('e', 'EE')", "replace('', '-')", "indent", "e"),
    *("indent(2, true)", "indent('>>', blank=true)", "center(20)", "truncate(5)", "truncate(7, true, '…')", "sort"),
    *("wordwrap(6)", "wordcount", "int", "float", "abs", "round(1)", "tojson", "tojson(indent=2)", "pprint", "safe"),
    *("map('upper')", "map('upper')|join('+')", "select('string')|list", "batch(2)|list", "slice(2)|list", "unique"),
    *("unique|list", "sum", "min", "max", "dictsort", "items|list", "format(name)", "striptags", "urlencode"),
    *("map(attribute='q')|join(' ')", "selectattr('a')|list", "groupby('q')|list", "join('-', attribute='a')"),
    *("filesizeformat", "forceescape", "xmlattr", "count", "attr('upper')", "rejectattr('a')|map(attribute='q')|first"),
)
METHODS = (
    *("upper()", "strip()", "split()", "split('e')", "replace('a', name)", "title()", "startswith('A')", "swapcase()"),
    *("format(count)", "join(items)", "splitlines()", "rsplit(' ', 1)", "partition('d')", "center(9)", "items()"),
    *(
        "zfill(8)",
        "ljust(6)",
        "lstrip('A')",
        "removeprefix('Ad')",
        "casefold()",
        "rpartition('e')",
        "keys()",
        "find('a')",
    ),
    *("count('e')", "expandtabs()", "get('name')", "append(1)", "__class__", "encode()", "isalpha()", "rstrip()"),
)
TESTS = (
    *("defined", "not defined", "none", "string", "number", "mapping", "iterable", "sequence", "odd", "even"),
    *("divisibleby(2)", "in ['eggs', 3]", "sameas(name)", "upper", "lower", "boolean", "eq(3)", "true", "callable"),
)
TEXTS = (
    *(
        "Hello ",
        "a.\n",
        "\n",
        "  \n  ",
        "\r\n",
        "é🍳 ",
        "  - item: ",
        "user:\n",
        "\t",
        "{",
        "} ",
        "%",
        "\r",
        "x\n\n",
        "# ",
    ),
    *(" ", "\\n", "'", '"', "<b>", "---\n"),
)
# Stock Jinja folds a slice of a literal that has no slices, such as ``none[1:]``, to an undefined value instead of
# failing; such literals are therefore not sliced here.
SLICED = ("name", "dish", "items", "guest.likes", "numbers", "'lit'", "rows[0].q", "count", "guest", "x", "[name, 1]")
OPERATORS = ("+", "-", "*", "~", "/", "//", "%", "and", "or", "==", "!=", "<", ">=", "in", "not in", "~", "~")


class TemplateGenerator:
    """Writes templates. The same seed gives the same templates."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._macros = 0

    def template(self) -> str:
        self._macros = 0
        return self._body(self._random.choice((1, 1, 2, 2, 3)))

    def _body(self, depth: int) -> str:
        return "".join(self._piece(depth) for _ in range(self._random.randint(1, 4)))

    def _piece(self, depth: int) -> str:
        if depth == 0 or self._random.random() < 0.35:
            return self._random.choice(TEXTS)
        if self._random.random() < 0.4:
            return self._print()
        makers = (
            self._for,
            self._if,
            self._set,
            self._set_block,
            self._macro,
            self._filter_block,
            self._call,
            self._with,
            self._raw,
            self._comment,
            self._recursive_for,
            self._namespace,
            self._block,
        )
        return self._random.choice(makers)(depth - 1)

    def _tag(self, inside: str) -> str:
        begin = self._random.choice(("{%", "{%", "{%", "{%-", "{%+"))
        return f"{begin} {inside} {self._random.choice(('%}', '%}', '%}', '-%}', '+%}'))}"

    def _print(self) -> str:
        begin = self._random.choice(("{{", "{{", "{{", "{{-"))
        return f"{begin} {self._expression(2)} {self._random.choice(('}}', '}}', '}}', '-}}'))}"

    def _expression(self, depth: int) -> str:
        atom = self._random.choice(ATOMS)
        kind = self._random.randint(0, 9) if depth else 0
        if kind < 3:
            return atom
        inner = self._expression(depth - 1)
        other = self._random.choice(ATOMS)
        return {
            3: lambda: f"{inner}|{self._random.choice(FILTERS)}",
            4: lambda: f"{inner}|{self._random.choice(FILTERS)}",
            5: lambda: f"{inner} {self._random.choice(OPERATORS)} {other}",
            6: lambda: f"({inner}).{self._random.choice(METHODS)}",
            7: lambda: f"{inner} if {self._condition()} else {other}",
            8: lambda: (
                f"{self._random.choice(SLICED)}[{self._random.choice(('0', '1:', ':2', '::2', '::-1', '-1', '1:-1'))}]"
            ),
            9: lambda: f"{inner}|{self._random.choice(FILTERS)}|{self._random.choice(FILTERS)}",
        }[kind]()

    def _condition(self) -> str:
        test = self._random.choice(TESTS)
        joint = "" if test.startswith("in ") else "is "
        return self._random.choice(
            (f"{self._random.choice(ATOMS)} {joint}{test}", self._random.choice(ATOMS), "count > 2")
        )

    def _for(self, depth: int) -> str:
        over = self._random.choice(
            ("items", "rows", "range(3)", "guest", "guest.items()", "numbers|sort", "dish", "[]")
        )
        targets = "x, y" if over == "guest.items()" else "x"
        test = self._random.choice(("", "", f" if {self._condition()}"))
        end = self._tag("else") + self._body(depth) if self._random.random() < 0.2 else ""
        loop = self._random.choice(
            ("", "{{ loop.index }}/{{ loop.length }}", "{{ loop.cycle('a', 'b') }}", "{{ loop.last }}")
        )
        return f"{self._tag(f'for {targets} in {over}{test}')}{loop}{self._body(depth)}{end}{self._tag('endfor')}"

    def _recursive_for(self, depth: int) -> str:
        body = "{{ x }}{% if x is not string %}{{ loop(x) }}{% endif %}"
        return f"{self._tag('for x in [items, [guest.likes]] recursive')}{body}{self._tag('endfor')}"

    def _if(self, depth: int) -> str:
        middle = self._tag(f"elif {self._condition()}") + self._body(depth) if self._random.random() < 0.3 else ""
        other = self._tag("else") + self._body(depth) if self._random.random() < 0.5 else ""
        return f"{self._tag(f'if {self._condition()}')}{self._body(depth)}{middle}{other}{self._tag('endif')}"

    def _set(self, depth: int) -> str:
        return self._tag(f"set x = {self._expression(2)}") + "{{ x }}"

    def _set_block(self, depth: int) -> str:
        chosen = self._random.choice(("", "", " | upper", " | trim | replace('a', 'o')"))
        return f"{self._tag(f'set x{chosen}')}{self._body(depth)}{self._tag('endset')}{{{{ x }}}}"

    def _macro(self, depth: int) -> str:
        self._macros += 1
        name = f"m{self._macros}"
        call = self._random.choice((f"{name}(name)", f"{name}('v', y=count)", f"{name}()", f"{name}(dish)|trim"))
        head = self._tag(f"macro {name}(x, y='default')")
        return f"{head}<{{{{ x }}}}{{{{ y }}}}{self._body(depth)}>{self._tag('endmacro')}{{{{ {call} }}}}"

    def _call(self, depth: int) -> str:
        self._macros += 1
        name = f"m{self._macros}"
        head = f"{{% macro {name}(x) %}}[{{{{ caller(x) }}}}]{{% endmacro %}}"
        call = self._tag(f"call(z) {name}({self._random.choice(ATOMS)})")
        return f"{head}{call}{{{{ z }}}}{self._body(depth)}{self._tag('endcall')}"

    def _filter_block(self, depth: int) -> str:
        chosen = self._random.choice(("upper", "trim", "replace('e', 'ö')", "indent(3)", "title|trim", "length", "e"))
        return f"{self._tag(f'filter {chosen}')}{self._body(depth)}{self._tag('endfilter')}"

    def _with(self, depth: int) -> str:
        head = self._tag(f"with x = {self._expression(1)}, z = name")
        return f"{head}{self._body(depth)}{{{{ x }}}}{self._tag('endwith')}"

    def _raw(self, depth: int) -> str:
        return (
            self._tag("raw").replace("+%}", "%}")
            + self._random.choice(("{{ no }}", "{% if %}", " x "))
            + self._tag("endraw")
        )

    def _comment(self, depth: int) -> str:
        return self._random.choice(("{# hidden #}", "{#- hidden {{ x }} -#}", "{# a\nb #}"))

    def _namespace(self, depth: int) -> str:
        return (
            "{% set ns = namespace(t='') %}{% for i in items %}{% set ns.t = ns.t ~ i ~ ', ' %}{% endfor %}{{ ns.t }}"
        )

    def _block(self, depth: int) -> str:
        self._macros += 1
        return f"{self._tag(f'block b{self._macros}')}{self._body(depth)}{self._tag('endblock')}"
