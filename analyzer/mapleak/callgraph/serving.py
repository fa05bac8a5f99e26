"""What a program does that goes on until something from outside ends it. Tables and named heuristics, no logic.

A program that serves waits for requests, messages, ticks or signals. It does so by a few functions of the standard
library, by its own endless loops, or by functions of frameworks that are not in the tree. The first are listed, the
last are told by their names; in doubt a program serves.
"""

from __future__ import annotations

import re

_HTTP = "ListenAndServe ListenAndServeTLS Serve ServeTLS"

LISTENING = frozenset(
    {
        *(f"net/http.{name}" for name in _HTTP.split()),
        *(f"(*net/http.Server).{name}" for name in _HTTP.split()),
        "net/http/fcgi.Serve",
        "net/http/cgi.Serve",
        "net/rpc.Accept",
        "net/rpc.ServeConn",
        "net/rpc/jsonrpc.ServeConn",
        "(*net/rpc.Server).Accept",
        "(*net/rpc.Server).ServeConn",
        "(*net/rpc.Server).ServeCodec",
        "(net.Listener).Accept",
        "(*net.TCPListener).Accept",
        "(*net.TCPListener).AcceptTCP",
        "(*net.UnixListener).Accept",
        "(*net.UnixListener).AcceptUnix",
        "(net.PacketConn).ReadFrom",
        "(*net.UDPConn).ReadFrom",
        "(*net.UDPConn).ReadFromUDP",
        "(*net.UDPConn).ReadFromUDPAddrPort",
        "(*net.UDPConn).ReadMsgUDP",
        "syscall.Accept",
    }
)
"""Functions of the standard library that only a program calls which others talk to; in whatever goroutine."""

SIGNALS = frozenset({"os/signal.Notify", "os/signal.NotifyContext"})
"""A program whose own thread asks for signals does not end by itself, if it waits for them (see ``heeding``)."""

TICKERS = frozenset({"time.Tick", "time.NewTicker"})
"""A loop of the program's own thread that ticks is what the program is for."""

_SERVING_NAME = re.compile(
    r"(Listen|Serve|Accept|Subscribe|Consume|Watch|Poll|QueueSubscribe|PSubscribe)([A-Z]\w*)?"
    r"|Run[A-Z]\w*(Server|Daemon|Service)|(Run|Start|Launch)(Server|Daemon|Loop|Forever|OrDie|AndWait|AndServe|Async)"
    r"|Forever|Until\w*|Register(Service|\w+Server|\w*Handler)|New\w*(Server|Informer|Consumer|Controller|Daemon)"
    r"|(Receive|Fetch|Read|Next)(Message|Msg|Event)s?|HandleFunc|ListenAndServe\w*|ActivateAndServe"
    r"|Setup(Signal|Shutdown)(Handler|Context)"
)
"""Heuristic ``serving-name``: a function of this name in a package that is not in the tree may go on for ever.

Why: frameworks take over the thread that calls them, and there are too many to list.
"""

TAKES_ONE = re.compile(r"(Receive|Fetch|Read|Next)(Message|Msg|Event)s?")
"""Serving names of what takes in one message and comes back: only a loop around it goes on."""

_RUNNING_NAME = re.compile(r"(Run|Start|Launch)(Context|WithContext)?|Main|Wait|Loop")
_EXECUTING_NAME = re.compile(r"Execute(Context|WithContext)?")
"""Heuristic ``running-name``: the same for names that also stand for work that gets done: when they are methods (of a
server, an engine, a manager), or called by a command itself. What is executed is a statement, a query or a template,
unless a command does nothing else."""

_ENDING = re.compile(
    r"^\(?\*?("
    r"github\.com/(spf13/(cobra|pflag|viper)|(urfave|codegangsta|minio)/cli|alecthomas/|peterbourgon/ff|google/subcommands|jessevdk/go-flags)"
    r"|github\.com/(mitchellh/cli|docopt/|stretchr/testify|onsi/|google/go-cmp|cheggaaa/pb|schollz/progressbar|mow)"
    r"|gopkg\.in/(alecthomas/|urfave/)|golang\.org/x/(tools|sync|mod|text|exp|term|sys/execabs|perf|telemetry)"
    r"|google\.golang\.org/protobuf|github\.com/(golang|gogo)/protobuf|go\.uber\.org/(multierr|automaxprocs|atomic)"
    r"|github\.com/(AlecAivazis/survey|charmbracelet/(huh|glamour|lipgloss)|go-task|magefile)"
    r"|(github\.com/)?(sourcegraph/conc|panjf2000/ants|gammazero/workerpool|alitto/pond|sirupsen/logrus)"
    r")"
)
"""Packages outside the tree whose functions of such names come back when their work is done: command lines,
analysis and code generation, worker pools, tests (their documentation)."""

_ENDING_METHOD = re.compile(
    r"(WaitGroup|Cmd|Group|Limiter|Bucket|Pool|Progress|Bar|Spinner|Span|Tracer|Timer"
    r"|Tx|Txn|Transaction|Query|Operation|Copier|Composer|Request|Template|Script|Breaker|State|Step|Action|Migration"
    r"|Install|Upgrade|Uninstall|Rollback|Builder|Compiler)\)\.\w+$"
)
"""Methods of types of such names come back, too: wait groups, commands, limiters, pools, progress bars, spans; what is
one piece of work for a server (a transaction, whose Watch is a condition, a query, a copy, a request that is sent, a
template that is filled, a release that is installed)."""

COMMAND_FIELDS = re.compile(
    r"github\.com/spf13/cobra\.Command\.(RunE?|PreRunE?|PostRunE?)"
    r"|(github\.com/(urfave|codegangsta|minio)/cli(/v[23])?|gopkg\.in/urfave/cli\.v[12])\.(App|Command)\.Action"
    r"|github\.com/peterbourgon/ff(/v[34])?/?(ffcli)?\.Command\.Exec"
)
"""Fields whose function is one command of a program that has several: a run of the program calls one of them."""

_HELPERS = (
    "example examples _example _examples sample samples demo test tests testing e2e testdata tool tools "
    "hack script scripts bench benchmark benchmarks"
)
NOT_THE_PROGRAM = frozenset(_HELPERS.split())
"""Folders with helpers and demonstrations: what is in them is not what a repository is for."""


def listens(callee: str, standard: bool, *, in_command: bool) -> bool:
    """Whether a call of ``callee``, which is not in the tree, shows a program that serves. ``standard``: it is the
    standard library's; ``in_command``: a main package calls it."""
    if callee in LISTENING:
        return True
    if standard or _ENDING.match(callee) or _ENDING_METHOD.search(callee):
        return False
    name = callee.rpartition(".")[2]
    if _SERVING_NAME.fullmatch(name):
        return True
    if in_command and _EXECUTING_NAME.fullmatch(name):
        return True
    return (in_command or callee.startswith("(")) and _RUNNING_NAME.fullmatch(name) is not None
