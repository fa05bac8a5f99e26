"""Go code of a size that only generators write: so many times the same, in one file."""

from __future__ import annotations

HEAD = "package p\n\nvar seen = map[string]int{}\n\n"


def _table(n: int) -> str:
    rows = "".join(f'\t{{{i}, "name {i}", done}},\n' for i in range(n))
    row = "type row struct {\n\tid int\n\tname string\n\tat func()\n}\n"
    return f"{row}\nvar rows = []row{{\n{rows}}}\n\nfunc done() {{}}\n"


def _switch(n: int) -> str:
    cases = "".join(f'\tcase "{i}":\n\t\tseen[key] = {i}\n' for i in range(n))
    return f"func Put(key string) {{\n\tswitch key {{\n{cases}\t}}\n}}\n"


def _else_ifs(n: int) -> str:
    arms = "".join(f" else if a == {i} {{\n\t\tseen[key] = {i}\n\t}}" for i in range(n))
    return f"func Put(key string, a int) {{\n\tif a < 0 {{\n\t}}{arms}\n}}\n"


def _closures(n: int) -> str:
    made = "".join(f"\tall = append(all, func() {{ seen[key] = {i} }})\n" for i in range(n))
    return f"func Put(key string) []func() {{\n\tvar all []func()\n{made}\treturn all\n}}\n"


def _deferred(n: int) -> str:
    return f"func Put(key string) {{\n{_times(n, 'defer func() { delete(seen, key) }()')}\tseen[key] = 1\n}}\n"


def _goroutines(n: int) -> str:
    started = _times(n, "go func() { for v := range work { seen[key] = v } }()")
    return f"func Put(key string, work chan int) {{\n{started}}}\n"


def _times(n: int, statement: str) -> str:
    return f"\t{statement}\n" * n


def _chain(n: int) -> str:
    method = "type b struct{ set map[string]int }\n\nfunc (b *b) Set(key string) *b { b.set[key] = 1; return b }\n"
    return f"{method}\nvar chain = new(b)" + '.\n\tSet("key")' * n + "\n"


def _sum(n: int) -> str:
    return f"func f(i int) int {{ return i }}\n\nvar sum = {' + '.join(f'f({i})' for i in range(n))}\n"


def _nested(n: int) -> str:
    literal = "{[]t{" * 20 + "{set: map[string]int{}}" + "}}" * 20
    return "type t struct {\n\tin []t\n\tset map[string]int\n}\n\nvar all = []t{\n" + f"\t{literal},\n" * n + "}\n"


def _functions(n: int) -> str:
    return "".join(f"func Put{i}(key string) {{ seen[key] = {i}; Put{(i + 1) % n}(key) }}\n" for i in range(n))


def _maps(n: int) -> str:
    return "".join(f"var m{i} = map[string]int{{}}\n\nfunc Put{i}(key string) {{ m{i}[key] = 1 }}\n" for i in range(n))


def _accepted(n: int) -> str:
    maps = _maps(n).split("var ")[1:]
    return "".join(f"//mapleak:ignore ML101 they are few\nvar {one}" for one in maps)


def _fields(n: int) -> str:
    fields = "".join(f"\tf{i} map[string]int\n" for i in range(n))
    methods = "".join(f"func (t *t) Put{i}(key string) {{ t.f{i}[key] = 1 }}\n" for i in range(n))
    return f"type t struct {{\n{fields}}}\n\nvar one t\n\n{methods}"


def _removals(n: int) -> str:
    both = "".join(f'\tseen[key+"{i}"] = 1\n\tdelete(seen, key+"{i}")\n' for i in range(n))
    return f"func Put(key string) {{\n{both}}}\n"


def _methods(n: int) -> str:
    types = "".join(f"type t{i} struct{{}}\n\nfunc (t{i}) Do(key string) {{ seen[key] = {i} }}\n" for i in range(n))
    values = ", ".join(f"t{i}{{}}" for i in range(n))
    run = "func Run(d doer, key string) { d.Do(key) }\n"
    return f"type doer interface{{ Do(key string) }}\n\n{types}\n{run}\nvar all = []doer{{{values}}}\n"


def _locks(n: int) -> str:
    one = "\tmu.Lock()\n\tif a == %d {\n\t\tmu.Unlock()\n\t\treturn\n\t}\n\tseen[key] = 1\n\tmu.Unlock()\n"
    body = "".join(one % i for i in range(n))
    return f'import "sync"\n\nvar mu sync.Mutex\n\nfunc Put(key string, a int) {{\n{body}}}\n'


KINDS = {
    "table": _table,
    "switch": _switch,
    "else ifs": _else_ifs,
    "closures": _closures,
    "deferred closures": _deferred,
    "goroutines": _goroutines,
    "call chain": _chain,
    "sum": _sum,
    "nested literals": _nested,
    "functions": _functions,
    "maps": _maps,
    "accepted maps": _accepted,
    "fields": _fields,
    "removals": _removals,
    "methods": _methods,
    "locks": _locks,
}


def generated(kind: str, n: int) -> str:
    """A file with ``n`` times the same."""
    code = KINDS[kind](n)
    if code.startswith("import"):
        imports, _, rest = code.partition("\n\n")
        return f"package p\n\n{imports}\n\nvar seen = map[string]int{{}}\n\n{rest}"
    return HEAD + code
