"""What is known of code outside the tree that calls back into it. Tables and named heuristics, no logic.

Sources: the documentation of the packages named. A table entry beats a heuristic; what neither knows runs as
often as the code that hands the function over.
"""

from __future__ import annotations

import enum
import re

import msgspec

from mapleak.resolve.known import REGISTRATION_FIELD


class Handling(enum.Enum):
    """What happens to a function that is handed to code outside the tree."""

    CALLS = "calls"  # called before the call returns: as often as its caller
    STARTS = "starts"  # run once for each call, in a goroutine of its own
    ONCE = "once"  # called at most once, however often it is handed over
    ONCE_LATER = "once-later"  # the same, but not by the call that takes it
    LATER = "later"  # called later, no more often than it is handed over
    KEEPS = "keeps"  # kept, and called again and again


def _table(handling: Handling, package: str, names: str) -> dict[str, Handling]:
    """Name functions of a package; ``*T.M`` and ``T.M`` are methods."""
    table: dict[str, Handling] = {}
    for name in names.split():
        receiver, dot, method = name.rpartition(".")
        if not dot:
            table[f"{package}.{name}"] = handling
        else:
            star = "*" if receiver.startswith("*") else ""
            table[f"({star}{package}.{receiver.removeprefix('*')}).{method}"] = handling
    return table


_TEXT = (
    "Map FieldsFunc FieldsFuncSeq IndexFunc LastIndexFunc TrimFunc TrimLeftFunc TrimRightFunc ContainsFunc EqualFunc"
)
_SLICES = (
    "SortFunc SortStableFunc BinarySearchFunc IndexFunc ContainsFunc DeleteFunc EqualFunc CompactFunc CompareFunc "
    "IsSortedFunc MaxFunc MinFunc SortedFunc SortedStableFunc"
)
_REPEATED = (
    "Until UntilWithContext NonSlidingUntil NonSlidingUntilWithContext JitterUntil JitterUntilWithContext BackoffUntil "
    "Forever"
)
_LEADING = "k8s.io/client-go/tools/leaderelection.LeaderCallbacks"
_RUNTIME = "sigs.k8s.io/controller-runtime/pkg"
FUNCTIONS: dict[str, Handling] = {
    **_table(Handling.CALLS, "sort", "Slice SliceStable SliceIsSorted Search Find"),
    **_table(Handling.CALLS, "slices", _SLICES),
    **_table(Handling.CALLS, "maps", "DeleteFunc EqualFunc"),
    **_table(Handling.CALLS, "strings", _TEXT),
    **_table(Handling.CALLS, "bytes", _TEXT),
    **_table(Handling.CALLS, "sync", "*Map.Range"),
    **_table(Handling.CALLS, "path/filepath", "Walk WalkDir"),
    **_table(Handling.CALLS, "io/fs", "WalkDir"),
    **_table(Handling.CALLS, "regexp", "*Regexp.ReplaceAllFunc *Regexp.ReplaceAllStringFunc"),
    **_table(Handling.CALLS, "flag", "Visit VisitAll *FlagSet.Visit *FlagSet.VisitAll"),
    **_table(Handling.CALLS, "go/ast", "Inspect"),
    **_table(Handling.CALLS, "os", "Expand"),
    **_table(Handling.CALLS, "expvar", "Do *Map.Do"),
    **_table(Handling.CALLS, "container/ring", "*Ring.Do"),
    **_table(Handling.CALLS, "runtime/pprof", "Do"),
    **_table(Handling.CALLS, "runtime/trace", "WithRegion"),
    **_table(Handling.CALLS, "database/sql", "*Conn.Raw"),
    **_table(Handling.CALLS, "testing", "*T.Run *B.Run *F.Fuzz *B.RunParallel AllocsPerRun Benchmark"),
    **_table(Handling.CALLS, "testing/quick", "Check CheckEqual"),
    **_table(Handling.CALLS, "testing/synctest", "Run Test"),
    **_table(Handling.CALLS, "golang.org/x/sync/singleflight", "*Group.Do"),
    **_table(Handling.CALLS, "go.etcd.io/bbolt", "*DB.Update *DB.View *DB.Batch *Bucket.ForEach *Tx.ForEach"),
    **_table(Handling.STARTS, "time", "AfterFunc"),
    **_table(Handling.STARTS, "context", "AfterFunc"),
    **_table(Handling.STARTS, "sync", "*WaitGroup.Go"),
    **_table(Handling.STARTS, "runtime", "SetFinalizer AddCleanup"),
    **_table(Handling.STARTS, "golang.org/x/sync/errgroup", "*Group.Go *Group.TryGo"),
    **_table(Handling.STARTS, "golang.org/x/sync/singleflight", "*Group.DoChan"),
    **_table(Handling.ONCE, "sync", "*Once.Do"),
    **_table(Handling.ONCE_LATER, "sync", "OnceFunc OnceValue OnceValues"),
    **_table(Handling.LATER, "flag", "Func BoolFunc *FlagSet.Func *FlagSet.BoolFunc"),
    **_table(Handling.LATER, "testing", "*T.Cleanup *B.Cleanup *F.Cleanup *common.Cleanup"),
    **_table(Handling.LATER, "runtime/debug", "SetCrashOutput"),
    **_table(Handling.LATER, "github.com/spf13/cobra", "OnInitialize OnFinalize"),
    **_table(Handling.KEEPS, "net/http", "Handle HandleFunc *ServeMux.Handle *ServeMux.HandleFunc HandlerFunc"),
    **_table(Handling.KEEPS, "net/http", "ListenAndServe ListenAndServeTLS Serve ServeTLS TimeoutHandler StripPrefix"),
    **_table(Handling.KEEPS, "net/http/httptest", "NewServer NewTLSServer NewUnstartedServer"),
    **_table(Handling.KEEPS, "expvar", "Func Publish"),
    **_table(Handling.KEEPS, "text/template", "*Template.Funcs"),
    **_table(Handling.KEEPS, "html/template", "*Template.Funcs"),
    **_table(Handling.KEEPS, "github.com/robfig/cron/v3", "*Cron.AddFunc *Cron.AddJob *Cron.Schedule"),
    **_table(Handling.KEEPS, "github.com/prometheus/client_golang/prometheus", "NewGaugeFunc NewCounterFunc"),
    **_table(Handling.KEEPS, "k8s.io/apimachinery/pkg/util/wait", _REPEATED),
    **_table(Handling.KEEPS, f"{_RUNTIME}/handler", "EnqueueRequestsFromMapFunc TypedEnqueueRequestsFromMapFunc"),
    **_table(Handling.KEEPS, f"{_RUNTIME}/predicate", "NewPredicateFuncs NewTypedPredicateFuncs"),
}
"""Functions outside the tree that take functions, by name."""

ONCE_WRAPPERS = frozenset({"sync.OnceFunc", "sync.OnceValue", "sync.OnceValues"})
"""What these return stands for the function they are given: a call of it gives that one's results, and runs it once."""

ONCE_CALLERS = frozenset({"(*sync.Once).Do", "(*sync.Once).doSlow"})
"""When package sync itself is in the tree: what these call through a function value runs once."""

ONCE_CALLERS_WITHIN = ("sync.OnceFunc$", "sync.OnceValue$", "sync.OnceValues$")
"""Closures with these prefixes likewise."""

REGISTRATION_NAME = re.compile(
    r"(Handle|On|Register|Subscribe|Notify|Schedule|Every|Watch|Listen|Serve|Consume|Observe|Intercept)([A-Z0-9_]\w*)?"
    r"|(Add|Set|With|New|Append|Push|Install)\w*(Handler|Listener|Hook|Callback|Middleware|Interceptor|Observer|Watcher|Func)s?"
    r"|(Use|Any|Route|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"
)
"""Heuristic ``registration-name``: a function of this name keeps what it is handed and calls it at every event.

Why: frameworks name the registration of handlers, hooks and subscriptions alike, and there are too many to list.
"""

_INFORMED = ("ResourceEventHandlerFuncs", "ResourceEventHandlerDetailedFuncs")
_WATCHING = ("handler.Funcs", "handler.TypedFuncs", "predicate.Funcs", "predicate.TypedFuncs")
FIELDS: dict[str, Handling] = {
    "net/http.Server.BaseContext": Handling.LATER,
    "os/exec.Cmd.Cancel": Handling.LATER,
    "flag.FlagSet.Usage": Handling.LATER,
    "sync.Pool.New": Handling.KEEPS,
    "google.golang.org/grpc.MethodDesc.Handler": Handling.KEEPS,
    "google.golang.org/grpc.StreamDesc.Handler": Handling.KEEPS,
    "net/http/httputil.ReverseProxy.Director": Handling.KEEPS,
    "net/http/httputil.ReverseProxy.Rewrite": Handling.KEEPS,
    "net/http/httputil.ReverseProxy.ModifyResponse": Handling.KEEPS,
    "net/http.Server.ConnState": Handling.KEEPS,
    "net/http.Server.ConnContext": Handling.KEEPS,
    "net/http.Transport.Proxy": Handling.KEEPS,
    "net/http.Client.CheckRedirect": Handling.KEEPS,
    "net.Dialer.Control": Handling.KEEPS,
    "net.ListenConfig.Control": Handling.KEEPS,
    **dict.fromkeys((f"{_LEADING}.OnStartedLeading", f"{_LEADING}.OnStoppedLeading"), Handling.LATER),
    **{
        f"{owner}.{name}Func": Handling.KEEPS
        for owner, names in (
            *((f"k8s.io/client-go/tools/cache.{owner}", "Add Update Delete") for owner in _INFORMED),
            ("k8s.io/client-go/tools/cache.FilteringResourceEventHandler", "Filter"),
            *((f"{_RUNTIME}/{owner}", "Create Update Delete Generic") for owner in _WATCHING),
        )
        for name in names.split()
    },
    **{
        f"github.com/spf13/cobra.Command.{name}": Handling.LATER
        for name in (
            *("Args", "ValidArgsFunction", "Run", "RunE", "PreRun", "PreRunE", "PostRun", "PostRunE"),
            *("PersistentPreRun", "PersistentPreRunE", "PersistentPostRun", "PersistentPostRunE"),
        )
    },
    **{
        f"{package}.{owner}.{name}": Handling.LATER
        for package in (
            *(f"github.com/urfave/cli{version}" for version in ("", "/v2", "/v3")),
            *("github.com/codegangsta/cli", "github.com/minio/cli", "gopkg.in/urfave/cli.v1", "gopkg.in/urfave/cli.v2"),
        )
        for owner in ("App", "Command")
        for name in ("Action", "Before", "After")
    },
}
"""Fields of types outside the tree that hold functions, by node. A process leads once: what lost an election ends."""

HANDLER_PARAMETERS = (
    "net/http.ResponseWriter",
    "*github.com/gin-gonic/gin.Context",
    "github.com/labstack/echo/v4.Context",
    "*github.com/gofiber/fiber/v2.Ctx",
    "*github.com/valyala/fasthttp.RequestCtx",
    "*github.com/nats-io/nats.go.Msg",
    "github.com/eclipse/paho.mqtt.golang.Message",
    "*google.golang.org/grpc.UnaryServerInfo",
    "*google.golang.org/grpc.StreamServerInfo",
)
"""Heuristic ``handler-shape``: a function that takes one of these is called once per request or message.

Why: servers make these values, one for each event, and nothing else does; so whatever such a function is handed
to (a chain of middleware, a router of our own making), it runs again and again.
"""


class CallbackMethod(msgspec.Struct, frozen=True):
    """A method that code outside the tree calls through an interface.

    ``interface`` names it and ``hint``, or one of several with ``|`` between them, must occur in the method's canonical
    signature, which spells byte uint8 ("" for any); ``repeats`` says that a value of the interface is called at every
    event, not only as often as it is made.
    """

    interface: str
    hint: str
    repeats: bool

    def has(self, signature: str) -> bool:
        """Whether a method with this signature has one of the hints."""
        return any(hint in signature for hint in self.hint.split("|"))

    @property
    def package(self) -> str:
        """The import path of the interface's package; "" for the universe's ``error``."""
        return self.interface.rpartition(".")[0]


_ONCE_PER_EVENT: dict[str, tuple[str, str]] = {
    "ServeHTTP": ("net/http.Handler", "net/http.ResponseWriter"),
    "RoundTrip": ("net/http.RoundTripper", "net/http.Request"),
    "Handle": ("log/slog.Handler", "log/slog.Record"),
    "Collect": ("github.com/prometheus/client_golang/prometheus.Collector", "prometheus.Metric"),
    "Fire": ("github.com/sirupsen/logrus.Hook", "logrus.Entry"),
    "Reconcile": ("sigs.k8s.io/controller-runtime/pkg/reconcile.Reconciler", "context.Context|.Request"),
    "ConsumeClaim": ("github.com/IBM/sarama.ConsumerGroupHandler", "sarama.ConsumerGroupSession"),
    "HandleMessage": ("github.com/nsqio/go-nsq.Handler", "go-nsq.Message"),
    "ProcessTask": ("github.com/hibiken/asynq.Handler", "asynq.Task"),
    "HandleRPC": ("google.golang.org/grpc/stats.Handler", "context.Context"),
    "TagRPC": ("google.golang.org/grpc/stats.Handler", "context.Context"),
    "HandleConn": ("google.golang.org/grpc/stats.Handler", "context.Context"),
    "TagConn": ("google.golang.org/grpc/stats.Handler", "context.Context"),
    "OnAdd": ("k8s.io/client-go/tools/cache.ResourceEventHandler", ""),
    "OnUpdate": ("k8s.io/client-go/tools/cache.ResourceEventHandler", ""),
    "OnDelete": ("k8s.io/client-go/tools/cache.ResourceEventHandler", ""),
}

_AS_OFTEN_AS_MADE: dict[str, tuple[str, str]] = {
    "Error": ("error", "string"),
    "Unwrap": ("errors.Unwrap", ""),
    "Is": ("errors.Is", "error"),
    "As": ("errors.As", ""),
    "String": ("fmt.Stringer", "string"),
    "GoString": ("fmt.GoStringer", "string"),
    "Format": ("fmt.Formatter", "fmt.State"),
    "Scan": ("database/sql.Scanner", "error"),
    "Value": ("database/sql/driver.Valuer", "driver.Value"),
    "Set": ("flag.Value", "string"),
    "Len": ("sort.Interface", "int"),
    "Less": ("sort.Interface", "int"),
    "Swap": ("sort.Interface", "int"),
    "Push": ("container/heap.Interface", ""),
    "Pop": ("container/heap.Interface", ""),
    "Read": ("io.Reader", "[]uint8"),
    "Write": ("io.Writer", "[]uint8"),
    "Close": ("io.Closer", "error"),
    "Seek": ("io.Seeker", "int64"),
    "ReadAt": ("io.ReaderAt", "[]uint8"),
    "WriteAt": ("io.WriterAt", "[]uint8"),
    "ReadFrom": ("io.ReaderFrom", "io.Reader"),
    "WriteTo": ("io.WriterTo", "io.Writer"),
    "ReadByte": ("io.ByteReader", "error"),
    "WriteByte": ("io.ByteWriter", "error"),
    "WriteString": ("io.StringWriter", "string"),
    "ReadRune": ("io.RuneReader", "error"),
    "Open": ("io/fs.FS", "string"),
    "Accept": ("net.Listener", "net.Conn"),
    "Enabled": ("log/slog.Handler", "log/slog.Level"),
    "WithAttrs": ("log/slog.Handler", "log/slog.Attr"),
    "WithGroup": ("log/slog.Handler", "log/slog.Handler"),
    "LogValue": ("log/slog.LogValuer", "log/slog.Value"),
    "Describe": ("github.com/prometheus/client_golang/prometheus.Collector", "prometheus.Desc"),
    "Levels": ("github.com/sirupsen/logrus.Hook", "logrus.Level"),
    "MarshalJSON": ("encoding/json.Marshaler", "[]uint8"),
    "UnmarshalJSON": ("encoding/json.Unmarshaler", "[]uint8"),
    "MarshalText": ("encoding.TextMarshaler", "[]uint8"),
    "UnmarshalText": ("encoding.TextUnmarshaler", "[]uint8"),
    "MarshalBinary": ("encoding.BinaryMarshaler", "[]uint8"),
    "UnmarshalBinary": ("encoding.BinaryUnmarshaler", "[]uint8"),
    "MarshalXML": ("encoding/xml.Marshaler", "encoding/xml"),
    "UnmarshalXML": ("encoding/xml.Unmarshaler", "encoding/xml"),
    "MarshalYAML": ("gopkg.in/yaml.v3.Marshaler", "error"),
    "UnmarshalYAML": ("gopkg.in/yaml.v3.Unmarshaler", "error"),
    "GobEncode": ("encoding/gob.GobEncoder", "[]uint8"),
    "GobDecode": ("encoding/gob.GobDecoder", "[]uint8"),
    "Setup": ("github.com/IBM/sarama.ConsumerGroupHandler", "sarama.ConsumerGroupSession"),
    "Cleanup": ("github.com/IBM/sarama.ConsumerGroupHandler", "sarama.ConsumerGroupSession"),
    "Serve": ("github.com/thejerf/suture.Service", "func(context.Context)(error)"),
    "Start": ("sigs.k8s.io/controller-runtime/pkg/manager.Runnable", "func(context.Context)(error)"),
    "Run": ("github.com/alecthomas/kong.Run", ")(error)"),
    "Execute": ("github.com/jessevdk/go-flags.Commander", "func([]string)(error)"),
}

METHODS: dict[str, CallbackMethod] = {
    **{name: CallbackMethod(interface, hint, True) for name, (interface, hint) in _ONCE_PER_EVENT.items()},
    **{name: CallbackMethod(interface, hint, False) for name, (interface, hint) in _AS_OFTEN_AS_MADE.items()},
}
"""Heuristic ``callback-method``: a method of this name and signature is called by the interface's package.

Why: values are handed to other packages as interfaces, and calls made there are not in the tree.
"""


def is_event_method(name: str, signature: str) -> bool:
    """Whether a library calls methods of this name and signature at every event (``callback-method``)."""
    known = METHODS.get(name)
    return known is not None and known.repeats and bool(known.hint) and known.has(signature)


_GIVEN_WORK = frozenset({"ConsumeClaim", "HandleMessage", "ProcessTask", "Reconcile"})


def is_given_work(name: str, signature: str) -> bool:
    """Heuristic ``given-work``: whether it is a method by which a library gives a program its work, one piece after the
    other. All that it leads to is what the program is there for; hooks and listeners look on."""
    return name in _GIVEN_WORK and is_event_method(name, signature)


DESCRIBING_NAME = re.compile(
    r"(Must|Safe)?(Print|Sprint|Fprint|Log|Trace|Debug|Info|Notice|Warn|Warning|Error|Fatal|Panic|Wrap|With)(f|ln|w|Context|\w*Fields?|s)?"
    r"|\w*(Marshal|Unmarshal|Encode|Decode|Equal|Diff)\w*|Any|Reflect|Object|Stringer|Dump|Sdump"
)
"""Heuristic ``describing-name``: a function of this name writes down, reads in or compares what it is given.

Why: it takes a value of any type and calls no method of it but those in ``METHODS``.
"""

LIFE_METHOD = re.compile(
    r"(Init|Initiali[sz]e|Setup|Configure|Start|Run|Serve|Listen|Main|Execute|Stop|Shutdown|Close|Destroy)"
    r"(Context|WithContext|AndServe)?"
)
"""Heuristic ``life-method``: a method of this name begins, is or ends the life of its object, each once.

Why: what runs a service, a plug-in or a command calls it once for each.
"""

SERVICE_MARKER = re.compile(r"\.Unimplemented\w+Server$|\.Unsafe\w+Server$")
"""Heuristic ``grpc-service``: a type that embeds one of these serves RPCs with its exported methods.

Why: grpc's generator makes every service embed its ``Unimplemented…Server``.
"""

TEST_FUNCTION = re.compile(r"(Test|Benchmark|Fuzz|Example)([^a-z].*)?")
"""Names that ``go test`` calls (``go help testfunc``); ``TestMain`` among them."""


def handling_of(function: str) -> Handling | None:
    """Return what a function outside the tree does with functions it is handed; None when nothing is known."""
    known = FUNCTIONS.get(function)
    if known is not None:
        return known
    return Handling.KEEPS if REGISTRATION_NAME.fullmatch(function.rpartition(".")[2]) else None


def handling_of_field(field: str) -> Handling | None:
    """Return what becomes of a function stored in a field of a type outside the tree; None when not known."""
    known = FIELDS.get(field)
    if known is not None:
        return known
    return Handling.KEEPS if REGISTRATION_FIELD.fullmatch(field.rpartition(".")[2]) else None


def serves_requests(signature: str) -> bool:
    """Tell whether a signature is that of a handler, or of a middleware: handlers go in, a handler comes out."""
    if is_handler_shaped(signature):
        return True
    taken, _, given = signature.partition(")(")
    return any(handler in taken and handler in given for handler in ("net/http.Handler", "echo/v4.HandlerFunc"))


def is_handler_shaped(signature: str) -> bool:
    """Tell whether a signature is that of a request or message handler (heuristic ``handler-shape``)."""
    return any(parameter in signature for parameter in HANDLER_PARAMETERS)
