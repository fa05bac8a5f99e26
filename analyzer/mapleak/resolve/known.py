"""What functions of the standard library do to maps, and which of them wait. Tables only.

Names are those of ``golang.org/x/tools/go/ssa``. Sources: package documentation of ``maps``, ``sync``,
``net/http``, ``net/url``, ``net/textproto``, ``expvar``; ``golang.org/x/exp/maps`` for programs before Go 1.21.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class MapFunction(NamedTuple):
    """What a library function does to a map: ``subject`` and ``key`` are argument numbers, -1 the receiver.

    ``key`` is None when the call has no single key.
    """

    effect: str
    form: str
    subject: int
    key: int | None


MAP_FUNCTIONS: dict[str, MapFunction] = {
    "maps.Copy": MapFunction("insert", "maps.Copy", 0, None),
    "maps.Insert": MapFunction("insert", "maps.Insert", 0, None),
    "maps.DeleteFunc": MapFunction("remove", "maps.DeleteFunc", 0, None),
    "golang.org/x/exp/maps.Copy": MapFunction("insert", "maps.Copy", 0, None),
    "golang.org/x/exp/maps.DeleteFunc": MapFunction("remove", "maps.DeleteFunc", 0, None),
    "golang.org/x/exp/maps.Clear": MapFunction("remove", "clear", 0, None),
    "(*sync.Map).Store": MapFunction("insert", "sync.Map.Store", -1, 0),
    "(*sync.Map).LoadOrStore": MapFunction("insert", "sync.Map.LoadOrStore", -1, 0),
    "(*sync.Map).Swap": MapFunction("insert", "sync.Map.Swap", -1, 0),
    "(*sync.Map).Delete": MapFunction("remove", "sync.Map.Delete", -1, 0),
    "(*sync.Map).LoadAndDelete": MapFunction("remove", "sync.Map.LoadAndDelete", -1, 0),
    "(*sync.Map).CompareAndDelete": MapFunction("remove", "sync.Map.CompareAndDelete", -1, 0),
    "(*sync.Map).Clear": MapFunction("remove", "sync.Map.Clear", -1, None),
    "(net/http.Header).Add": MapFunction("insert", "call", -1, 0),
    "(net/http.Header).Set": MapFunction("insert", "call", -1, 0),
    "(net/http.Header).Del": MapFunction("remove", "call", -1, 0),
    "(net/textproto.MIMEHeader).Add": MapFunction("insert", "call", -1, 0),
    "(net/textproto.MIMEHeader).Set": MapFunction("insert", "call", -1, 0),
    "(net/textproto.MIMEHeader).Del": MapFunction("remove", "call", -1, 0),
    "(net/url.Values).Add": MapFunction("insert", "call", -1, 0),
    "(net/url.Values).Set": MapFunction("insert", "call", -1, 0),
    "(net/url.Values).Del": MapFunction("remove", "call", -1, 0),
    "encoding/json.Unmarshal": MapFunction("insert", "decode", 1, None),
    "(*encoding/json.Decoder).Decode": MapFunction("insert", "decode", 0, None),
    "(*encoding/gob.Decoder).Decode": MapFunction("insert", "decode", 0, None),
}
"""Library functions that change a map handed to them."""

CONFIGURING = (
    "flag.",
    "(*flag.FlagSet).",
    "github.com/spf13/pflag.",
    "(*github.com/spf13/pflag.FlagSet).",
    "os.Getenv",
)
"""Functions, by the beginning of their names, that give what whoever starts the program has chosen."""

REWRITING = (
    "strings.", "strconv.", "path.", "path/filepath.", "fmt.Sprint", "bytes.", "slices.Clone", "slices.Sort",
    "net.JoinHostPort", "net.SplitHostPort", "encoding/hex.EncodeToString", "net/url.PathEscape",
    "net/url.QueryEscape", "net/url.PathUnescape", "net/url.QueryUnescape", "crypto/sha1.Sum", "crypto/sha256.Sum",
    "crypto/md5.Sum", "hash/fnv.", "github.com/cespare/xxhash", "cmp.Or", "unicode", "net/http.CanonicalHeaderKey",
    "net/textproto.CanonicalMIMEHeaderKey", "errors.Unwrap", "html.EscapeString", "path/filepath.Clean",
    "(*encoding/base64.Encoding).EncodeToString", "(*encoding/base32.Encoding).EncodeToString",
)  # fmt: skip
"""Functions, by the beginning of their names, whose results are their arguments in another form: of few arguments
they make few results."""

EVENT_WAITS: dict[str, str] = {
    "time.Sleep": "time.Sleep",
    "(*sync.Cond).Wait": "Wait",
    "net/http.ListenAndServe": "ListenAndServe",
    "net/http.ListenAndServeTLS": "ListenAndServeTLS",
    "net/http.Serve": "Serve",
    "(*net/http.Server).ListenAndServe": "ListenAndServe",
    "(*net/http.Server).ListenAndServeTLS": "ListenAndServeTLS",
    "(*net/http.Server).Serve": "Serve",
    "(*net.UDPConn).ReadFrom": "ReadFrom",
    "(*net.UDPConn).ReadFromUDP": "ReadFromUDP",
    "(*net.TCPListener).Accept": "Accept",
    "(*net.TCPListener).AcceptTCP": "AcceptTCP",
    "(*net.UnixListener).Accept": "Accept",
}
"""Calls that wait for something that happens outside the program: a program that loops around one serves."""

OTHER_WAITS: dict[str, str] = {
    "(*sync.WaitGroup).Wait": "Wait",
    "(*sync.Mutex).Lock": "Lock",
    "(*sync.RWMutex).Lock": "Lock",
    "(*sync.RWMutex).RLock": "RLock",
    "(*os/exec.Cmd).Wait": "Wait",
    "(*os/exec.Cmd).Run": "Run",
    "io.Copy": "io.Copy",
    "io.ReadAll": "io.ReadAll",
    "(*golang.org/x/sync/errgroup.Group).Wait": "Wait",
}
"""Calls that may wait for another goroutine, a child process or the end of input."""

EVENT_METHODS = frozenset(("Accept", "ReadFrom", "ReadMessage", "Recv", "RecvMsg", "Receive"))
"""Interface methods that wait for a peer in every well-known implementation (net.Listener, streams)."""

OTHER_WAITING_METHODS = frozenset(("Read", "Next", "Scan"))
"""Interface methods that wait for input; it may as well be a file."""

REGISTRATION_FIELD = re.compile(
    r"(On[A-Z]|Get[A-Z]|Dial|Handle)\w*|\w*(Handler|Hook|Callback|Middleware|Interceptor|Listener)s?|(Verify|Authorize)\w*"
)
"""Heuristic ``registration-field``: a function in a field of this name, of a type outside the tree, is called at every
event. Why: it is what a library is told to do then."""

GO_METHODS = frozenset(
    (
        "(*sync.WaitGroup).Go",
        "(*golang.org/x/sync/errgroup.Group).Go",
        "(*golang.org/x/sync/errgroup.Group).TryGo",
    )
)
"""Methods that run the function they are given in a goroutine, which the receiver's Wait waits for."""

NEVER_RETURN = frozenset(
    (
        "os.Exit",
        "runtime.Goexit",
        "log.Fatal",
        "log.Fatalf",
        "log.Fatalln",
        "log.Panic",
        "log.Panicf",
        "log.Panicln",
        "(*log.Logger).Fatal",
        "(*log.Logger).Fatalf",
        "(*log.Logger).Fatalln",
    )
)
"""Functions after which the caller does not go on."""

ONCE = frozenset(("(*sync.Once).Do", "sync.OnceFunc", "sync.OnceValue", "sync.OnceValues"))
"""Functions that run the function they are given at most once."""

ADDRESS_OF = frozenset(
    (
        "(reflect.Value).Pointer",
        "(reflect.Value).UnsafeAddr",
    )
)
"""Functions that give a pointer's address as uintptr."""

COMBINING = frozenset(("fmt.Sprintf", "fmt.Sprint", "path.Join", "path/filepath.Join", "net.JoinHostPort"))
"""Functions that make one string of several, all of which it depends on."""

TIMER_CHANNELS = frozenset(("time.Tick", "time.Ticker.C", "time.Timer.C"))
"""Channels that nothing ever closes."""

STOP_FLAGS = frozenset(
    (
        "(*sync/atomic.Bool).Load", "(*sync/atomic.Int32).Load", "(*sync/atomic.Int64).Load",
        "(*sync/atomic.Uint32).Load", "(*sync/atomic.Uint64).Load", "sync/atomic.LoadInt32", "sync/atomic.LoadInt64",
        "sync/atomic.LoadUint32", "sync/atomic.LoadUint64",
    )
)  # fmt: skip
"""What is read atomically in the condition of a loop: another goroutine sets it."""

TWO_WAYS = frozenset({"net/http.Request"})
"""Types of what a program is sent as well as of what it sends: which of both, tells who makes the value."""
