"""What is known of code and of names beforehand: the tables behind the map model's judgements.

Each table says why it is right to rely on it. Names are matched whole, never by substring.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mapleak.resolve.libraries import is_container_method

OPAQUE_CONTAINERS = ("(*sync.Map).", "(*internal/sync.HashTrieMap).", "maps.", "internal/maps.")
"""Implementations of containers, by the beginning of their nodes' names. A call of theirs is an operation on the
map at the call; following it inside as well would count it twice and mix all maps of the program."""

READ_ONLY_PACKAGES = frozenset(
    {
        "bytes", "cmp", "encoding/asn1", "encoding/binary", "encoding/hex", "encoding/xml", "errors", "expvar", "fmt",
        "go.uber.org/zap", "hash/maphash", "html/template", "log", "log/slog", "net/http/httputil", "reflect",
        "runtime", "runtime/debug", "slices", "sort", "strings", "testing", "text/tabwriter", "text/template",
        "github.com/prometheus/client_golang/prometheus",
        "github.com/davecgh/go-spew/spew", "github.com/google/go-cmp/cmp", "github.com/pkg/errors",
        "github.com/rs/zerolog", "github.com/sirupsen/logrus", "github.com/stretchr/testify/assert",
        "github.com/stretchr/testify/require",
    }
)  # fmt: skip
"""Packages whose functions print, format, compare or log what they are given: they neither keep a map they are
handed nor change it. (reflect can; it is listed because nearly all its uses read, and those that write are
operations of their own.)"""

READ_ONLY_FUNCTIONS = frozenset(
    {
        "encoding/json.Marshal", "encoding/json.MarshalIndent", "(*encoding/json.Encoder).Encode",
        "(*encoding/gob.Encoder).Encode", "maps.All", "maps.Clone", "maps.Collect", "maps.Equal", "maps.EqualFunc",
        "maps.Keys", "maps.Values", "maps.Copy", "maps.Insert", "maps.DeleteFunc",
        "golang.org/x/exp/maps.Clone", "golang.org/x/exp/maps.Keys", "golang.org/x/exp/maps.Values",
        "golang.org/x/exp/maps.Equal", "gopkg.in/yaml.v3.Marshal", "gopkg.in/yaml.v2.Marshal",
        "encoding/json.Unmarshal", "(*encoding/json.Decoder).Decode", "(*encoding/gob.Decoder).Decode",
        "sync/atomic.LoadPointer",
    }
)  # fmt: skip
"""Functions that only read the map they get, or whose effect on it is an operation of its own (maps.Copy,
decoders), so that handing a map to them hides nothing."""

MAP_METHODS = (
    *OPAQUE_CONTAINERS, "(net/http.Header).", "(net/url.Values).", "(net/textproto.MIMEHeader).", "(*expvar.Map).",
)  # fmt: skip
"""Methods of map types outside the analysed code, by the beginning of their names: what they do is an operation
on the map, found where they are called."""

SHUTDOWN_NAMES = frozenset(
    {"close", "stop", "shutdown", "destroy", "teardown", "dispose", "terminate", "finalize", "exit", "kill", "quit"}
)
"""Functions that end an object's or a program's life, by name. What they empty as a whole was going to be
collected anyway (leak pattern: reset at shutdown only)."""

SELDOM_WORDS = frozenset(
    {
        *((when, event) for when in ("on", "at", "after") for event in ("startup", "restart", "boot", "failover")),
        *(("leadership", event) for event in ("lost", "loss", "change", "changed", "acquired", "gained", "revoked")),
        ("lose", "leadership"), ("lost", "leadership"), ("revoke", "leadership"), ("acquired", "leadership"),
        ("become", "leader"), ("became", "leader"), ("become", "follower"), ("became", "follower"), ("step", "down"),
        ("become", "candidate"), ("became", "candidate"), ("become", "pre"), ("become", "learner"),
    }
)  # fmt: skip
"""Two words in a row in the names of functions that run when a process comes up or its part in a cluster changes. A
process that keeps its part may not see that for months."""

ENDING_WORDS = frozenset(
    {
        "abandon", "cancel", "close", "delete", "deregister", "destroy", "detach", "discard", "disconnect", "dispose",
        "drop", "evict", "expire", "forget", "free", "kill", "leave", "logout", "purge", "release", "remove", "stop",
        "teardown", "terminate", "unbind", "uninstall", "unload", "unmount", "unregister", "unsubscribe", "untrack",
        "unwatch",
    }
)  # fmt: skip
"""First words of functions that end the life of the one thing whose key they are given."""

INITIALISER_WORDS = frozenset({"init", "initialize", "initialise", "setup"})
"""Methods that give a new object its first contents, by their first word: a second constructor."""

START_PHASES = frozenset({
    ("init",), ("initialize",), ("initialise",), ("setup",), ("set", "up"), ("provision",), ("pre", "run"),
    ("pre", "start"), ("pre", "serve"), ("before", "start"),
})  # fmt: skip
"""Methods that frameworks call of each of their units before they let any of them serve."""

PLUGIN_PHASES = frozenset({("configure",), *START_PHASES})
"""Remote calls with which a host sets a plug-in up before it asks it for anything: nothing else runs then."""

STARTING_NAMES = frozenset({("start",), ("on", "start"), ("open",), *START_PHASES})
"""Methods that begin an object's work, by their whole name. They may run again after a stop, but not while the
object serves."""

CLONING = frozenset({"maps.Clone", "maps.Copy", "golang.org/x/exp/maps.Clone", "golang.org/x/exp/maps.Copy"})
"""Functions that fill a new map with the entries of one of their arguments."""

LIFECYCLE_METHODS = frozenset(
    {
        "Close", "Stop", "Shutdown", "Run", "Serve", "Start", "ListenAndServe", "Listen", "GracefulStop",
        "CloseIdleConnections", "Drain", "Wait", "close", "stop", "shutdown", "run", "serve", "start", "loop",
    }
)  # fmt: skip
"""Methods of things that are started once and used until they are closed. Together with a mutex (several
goroutines share the object) they mark a long-lived service object rather than a value of one call."""

SERVING_METHODS = frozenset({"Run", "Serve", "Loop", "Listen", "ListenAndServe", "run", "serve", "loop", "listen"})
"""Methods that do an object's work until it is stopped; whoever calls them waits in them."""

LONG_LIVED_WORDS = frozenset(
    {
        "agent", "allocator", "broker", "cache", "client", "cluster", "collector", "controller", "coordinator",
        "daemon", "db", "directory", "dispatcher", "engine", "exporter", "gateway", "group", "handler", "hub",
        "index", "limiter", "listener", "manager", "monitor", "mux", "node", "pool", "provider", "proxy",
        "registry", "resolver", "router", "scheduler", "server", "service", "storage", "store", "supervisor",
        "table", "tracker", "transport", "watcher",
    }
)  # fmt: skip
"""Last words of type names that programs keep for the life of the process. Only believed beside a mutex."""

PER_CALL_WORDS = frozenset(
    {
        "args", "buffer", "builder", "call", "checker", "cmd", "command", "compiler", "config", "conn",
        "connection", "context", "ctx", "cursor", "decoder", "encoder", "event", "file", "formatter", "frame",
        "iter", "iterator", "job", "lexer", "linker", "message", "msg", "opts", "options", "packet", "params",
        "parser", "printer", "query", "reader", "request", "response", "result", "scanner", "session", "snapshot",
        "span", "spec", "state", "stream", "task", "transaction", "tx", "visitor", "walker", "writer",
    }
)  # fmt: skip
"""Last words of type names whose values belong to one call, request, message, connection or parse."""

CONFIGURATION_WORDS = frozenset(
    {"config", "configuration", "cfg", "definition", "options", "opts", "settings", "flags", "spec"}
)
"""Last words of type names that hold configuration: a program has few of them, so keys read from their fields
are few."""

_CONFIGURATIONS = frozenset({"config", "configuration", "settings"})
"""The same for messages: what else is called an option there comes with each of them."""

PROTOCOL_BUFFERS = re.compile(r"\w*pb|proto|\w+proto")
"""What packages of messages are called that protocol buffers declare."""

WRITTEN_DOWN = frozenset({"builtin", "configured", "predefined", "reserved", "static"})
"""Words in the names of maps whose entries stand in the source or in a configuration."""

OWN_WORDS = frozenset({"our", "ours", "own", "self"})
"""Words in the names of maps whose entries are the program's own: its addresses, names and routes to itself."""

ADDRESS_WORDS = frozenset({"addr", "addrs", "address", "addresses", "ip", "ips"})
"""Words in the names of maps of addresses, which are the machine's own when they are called local."""

SETTING_WORDS = frozenset({"option", "preference", "setting"})
"""Last words of type names of single settings: there are as many as a protocol or a program knows."""

SERVING_TYPES = frozenset(
    {
        "agent", "daemon", "engine", "gateway", "listener", "manager", "plugin", "proxy", "registry", "router",
        "scheduler", "server", "service", "supervisor", "transport",
    }
)  # fmt: skip
"""Last words of type names of what a program sets up by its configuration, one by one: their addresses, paths and
names are as few as they are."""

_PART_OF_PROGRAM = (
    r"(?:Alias|Builder|Codec|Command|Converter|Decoder|Driver|Encoder|Extension|Factory|Filter|Flag|Format|Func|Function"
    r"|Handler|Hook|Option|Parser|Pattern|Plugin|Provider|Resolver|Rule|Template|Type|Validator)s?"
)

REGISTRATION_NAME = re.compile(
    r"(?:Must)?Register(?![a-z])\w*|Publish|Handle|HandleFunc|(?:Add|Set|Define|Declare)\w*" + _PART_OF_PROGRAM
)
"""Exported functions (not methods) that fill a registry, with parts of the program rather than with data. Programs
call them while they start, with names written in the source; the registries they fill are meant to be
permanent."""

FROM_CONFIGURATION = re.compile(r"\w*From(?:Conf|Config|Configuration|Settings)")
"""Functions that make what a configuration speaks of, each part of it once, whoever has it read."""

CONFIGURING_NAME = re.compile(
    r"(?:Must)?(?:Register|Add|Set|Use|Install|Define|Declare|Init|Configure|Enable|Must)(?![a-z])\w*"
    r"|Publish|Handle|HandleFunc|Handler"
)
"""Exported functions (not methods) that set a library up, more often than not. The verb alone does not prove it
(``cache.Set``), so a rule may only be less sure where nothing is seen to call them after start-up."""

CONSTRUCTOR_NAME = re.compile(r"(?:(?:Must)?New|Listen|Serve)(?![a-z])\w*|Run|Start")
"""Exported functions that make the long-lived parts of a program, or its short-lived ones: see
mapleak.maps.filling.registration."""

PART_VALUES = frozenset(
    {
        "codec",
        "constructor",
        "converter",
        "decoder",
        "driver",
        "encoder",
        "factory",
        "formatter",
        "handler",
        "middleware",
        "parser",
        "plugin",
        "unmarshaler",
        "marshaler",
        "validator",
    }
)
"""Last words of types whose values are written in the source, as parts of a program."""

PREPARING_NAME = re.compile(r"(?:[Aa]dd|[Ss]et|[Rr]egister|[Ii]nstall)\w*" + _PART_OF_PROGRAM)
"""Methods that fill a registry with parts of the program, by their names; the same with a small letter."""

PREPARING_WORDS = frozenset(
    {
        "apply", "build", "compile", "configure", "declare", "define", "generate", "init", "initialize", "initialise",
        "install", "load", "must", "parse", "plan", "prepare", "read", "reload", "setup", "validate", "with",
    }
)  # fmt: skip
"""First words of functions and methods that prepare something: they read what somebody wrote, or put together what
is used later. Many of them run again (a reload, a build per request), so the word alone decides nothing."""

FINITE_KEY_TYPES = frozenset(
    {
        "*abi.Type", "*reflect.rtype", "*rtype", "codes.Code", "crypto.Hash", "elliptic.Curve", "http.ConnState",
        "os.Signal", "reflect.ChanDir", "reflect.Kind", "reflect.Type", "runtime.Frame", "slog.Level", "syscall.Errno",
        "syscall.Signal", "time.Month", "time.Weekday", "tls.CurveID", "tls.SignatureScheme", "token.Token",
        "x509.ExtKeyUsage", "x509.PublicKeyAlgorithm", "x509.SignatureAlgorithm",
    }
)  # fmt: skip
"""Key types of the standard library, as they are written, with few values: enumerations, and what names types and
code of the program. (Those declared in the analysed code are found by their constants.)"""

PEER_MAPS = frozenset(
    {
        "net/http.Request.Form", "net/http.Request.PostForm", "net/http.Request.Header", "net/http.Request.Trailer",
        "net/http.Response.Header", "net/http.Response.Trailer", "net/mail.Message.Header",
        "mime/multipart.Form.File", "mime/multipart.Form.Value",
    }
)  # fmt: skip
"""Fields of the standard library's types whose maps have the keys that the other end of a connection chose."""

FINITE_CALLS = frozenset(
    {
        "reflect.TypeOf", "reflect.TypeFor", "(reflect.Value).Type", "(reflect.Value).Kind", "(reflect.Type).Kind",
        "(reflect.Type).Elem", "(reflect.Type).Key", "(reflect.Type).String", "(reflect.Type).Name",
        "runtime.FuncForPC", "runtime.Caller", "runtime.Callers", "os.Getpid", "os.Hostname", "os.Getwd",
        "runtime.NumCPU", "runtime.GOMAXPROCS", "os.Getenv", "os.LookupEnv", "os.Executable", "os.TempDir",
        "os.UserHomeDir", "os.UserCacheDir", "os.UserConfigDir",
    }
)  # fmt: skip
"""Calls with finitely many results in one process: types and code addresses of the program, facts of the host
and of the environment it was started in."""

CONFIGURATION_CALLS = (
    "github.com/spf13/viper.Get", "(*github.com/spf13/viper.Viper).Get", "(*github.com/knadh/koanf.Koanf).",
    "(*github.com/knadh/koanf/v2.Koanf).", "(*github.com/urfave/cli.Context).", "(*github.com/urfave/cli/v2.Context).",
    "(*github.com/urfave/cli/v3.Command).", "(*github.com/spf13/pflag.FlagSet).Get",
)  # fmt: skip
"""Functions, by the beginning of their names, that give what a configuration or command line says."""

ACCOUNT_FIELDS = frozenset(
    {
        "golang.org/x/sys/unix.Stat_t.Gid", "golang.org/x/sys/unix.Stat_t.Uid", "os/user.Group.Gid",
        "os/user.Group.Name", "os/user.User.Gid", "os/user.User.Uid", "os/user.User.Username", "syscall.Stat_t.Gid",
        "syscall.Stat_t.Uid",
    }
)  # fmt: skip
"""Fields of the standard library's types that name users and groups of the operating system."""

ACCOUNT_LOOKUPS = frozenset(f"os/user.Lookup{what}" for what in ("", "Id", "Group", "GroupId"))
"""Functions that look a user or group of the operating system up."""

REQUEST_TYPES = frozenset({"net/http.Request", "net/mail.Message", "net/rpc.Request"})
"""Types of the standard library whose fields hold what the other end of a connection chose."""

FRESH_CALLS = (
    "github.com/google/uuid.", "github.com/gofrs/uuid.", "github.com/satori/go.uuid.", "github.com/oklog/ulid",
    "github.com/rs/xid.", "github.com/segmentio/ksuid.", "crypto/rand.", "math/rand.", "math/rand/v2.", "time.Now",
    "(time.Time).Unix", "os.CreateTemp", "os.MkdirTemp", "(*math/rand.Rand).", "sync/atomic.Add",
    "(*sync/atomic.Int32).Add", "(*sync/atomic.Int64).Add", "(*sync/atomic.Uint32).Add", "(*sync/atomic.Uint64).Add",
)  # fmt: skip
"""Functions whose results are another value each time, by the beginning of their names: random numbers, moments,
counters."""

ADDRESS_CALLS = ("(net.Addr).String", "(net.Conn).RemoteAddr", "(*net.TCPConn).RemoteAddr", "(*net.TCPAddr).String",
    "(*net.UDPAddr).String", "(net.IP).String", "net.SplitHostPort", "(net/netip.Addr).String",
    "(net/netip.AddrPort).String",
    *(f"({star}github.com/multiformats/go-multiaddr.Multiaddr).{m}" for star in ("", "*") for m in ("Bytes", "String")),
)  # fmt: skip
"""Functions whose results are addresses: of whoever is at the other end, or, far more rarely, of the program itself."""

CLUSTER_CALLS = frozenset(
    {
        "k8s.io/client-go/tools/cache.DeletionHandlingMetaNamespaceKeyFunc",
        "k8s.io/client-go/tools/cache.MetaNamespaceKeyFunc", "k8s.io/client-go/tools/cache.ObjectToName",
        "sigs.k8s.io/controller-runtime/pkg/client.ObjectKeyFromObject",
    }
)  # fmt: skip
"""Functions that name an object of a Kubernetes cluster: pods, volumes and the like come and go as long as it runs."""

REQUEST_CALLS = (
    "(*net/http.Request).", "(net/http.Header).Get", "(net/http.Header).Values",
    "(net/url.Values).Get", "(*net.UDPConn).Read", "(net.PacketConn).ReadFrom", "net/http.Request.",
    "(*bufio.Scanner).", "(*bufio.Reader).Read",
)  # fmt: skip
"""Functions whose results are what the other end of a connection sent, by the beginning of their names."""

URL_CALLS = "(*net/url.URL)."
"""What reads a URL. One in a request is what the other end sent; others name the servers that a program is set up
to talk to."""

FINITE_FIELDS = frozenset(
    {
        "expvar.KeyValue.Key", "net.Interface.Index", "net.Interface.Name", "net/http.Request.Pattern",
        "net/http.Response.StatusCode",
    }
)  # fmt: skip
"""Fields of the standard library's types that hold names of parts of the program or the machine, or small numbers."""

COMMAND_PARAMETERS = re.compile(
    r"^func\((\*github\.com/spf13/cobra\.Command,"
    r"|\*(github\.com/(urfave|codegangsta|minio)/cli(/v[23])?|gopkg\.in/urfave/cli\.v[12])\.Context[,)])"
)
"""Heuristic ``command-shape``: a function that takes what a command-line library makes of the arguments is one command
of a program. A run of the program calls one of them, once."""

METRIC_VECTORS = ("github.com/prometheus/client_golang/prometheus.",)
"""Containers of metrics by their labels, by the beginning of their types' names. Labels are chosen to take few values
(each is a time series that somebody pays for), and their removals name some labels out of many."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


CLEAR_CALLERS = 12
"""Callers through interfaces and function values, of a function that is followed through them: more tell nothing."""


@lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """The words of a Go name in lower case: ``connPool`` gives conn, pool; package and receiver are cut off."""
    return tuple(word.lower() for word in _WORD.findall(name.rpartition(".")[2]))


def last_word(name: str) -> str:
    """The last word of a type's name: what kind of thing it is (``http.connPool`` is a pool)."""
    found = [word for word in words(name) if not word.isdigit()]
    return found[-1] if found else ""


def is_configuration(type_name: str) -> bool:
    """Whether a type holds configuration, by its name or its package's: ``server.Options``, ``config.Upstream``."""
    package = type_name.rpartition(".")[0].rpartition("/")[2]
    if PROTOCOL_BUFFERS.fullmatch(package):
        return last_word(type_name) in _CONFIGURATIONS
    return last_word(type_name) in CONFIGURATION_WORDS or last_word(package) in CONFIGURATION_WORDS


def first_word(name: str) -> str:
    """The first word of a function's name: what it does."""
    found = words(name)
    return found[0] if found else ""


_FILLING_NAMES = INITIALISER_WORDS | {"configure", "deepcopyinto", "provision"}


def gives_contents(method: str) -> bool:
    """Whether a method, by its whole name, gives a new object its contents: what it is called on is as good as new. So
    do those whose name begins with Unmarshal."""
    return method.rpartition(".")[2].lower() in _FILLING_NAMES or first_word(method) == "unmarshal"


def reads_only(callee: str) -> bool:
    """Whether a function outside the analysed code neither keeps nor changes a map it is handed."""
    if callee in READ_ONLY_FUNCTIONS or callee.startswith(MAP_METHODS) or is_container_method(callee):
        return True
    return function_package(callee) in READ_ONLY_PACKAGES


def function_package(name: str) -> str:
    """The import path in a function's name: ``(*net/http.Server).Serve`` is of ``net/http``."""
    if name.startswith("("):
        name = name[1:].lstrip("*").partition(")")[0]
    return name.rpartition(".")[0]
