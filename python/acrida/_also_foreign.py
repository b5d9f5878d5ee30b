"""Names of other packages that Locust's modules happen to hold, and people take from there: ``locust.web.jsonify``,
``mock.patch("locust.runners.time.sleep")``, the ``json`` that comes with a star import.

A word is a module (``json``), a name in one (``flask:jsonify``), or either under another name (``csocket=socket``).
A leading dot stands for our own package.
"""

from __future__ import annotations

_URLS = "urllib.parse:unquote urllib.parse:urlparse urllib.parse:urlunparse"
_TYPES = "typing:TYPE_CHECKING typing:TypedDict typing:cast"

#: {module below the package: words}
FOREIGN: dict[str, str] = {
    "argument_parser": "ast atexit difflib gevent json locust math requests socket tempfile tomllib .runners "
    ".rpc.zmqrpc collections:OrderedDict urllib.parse:urlparse uuid:uuid4 version=locust:__version__",
    "clients": f"os sys time {_URLS} typing:cast typing_extensions:override urllib3:PoolManager requests:Response "
    "requests.exceptions:InvalidSchema requests.exceptions:InvalidURL requests.exceptions:MissingSchema "
    "requests.exceptions:RequestException requests.utils:DEFAULT_CA_BUNDLE_PATH requests.utils:extract_zipped_paths "
    "urllib3.util.ssl_:create_urllib3_context",
    "contrib.csv_request_logger": "io logging",
    "contrib.dns": "dns.message:Message",
    "contrib.fasthttp": f"gevent json socket time unshadowed_json=json zlib {_URLS} base64:b64encode ssl:SSLError "
    "charset_normalizer:detect gevent.timeout:Timeout requests.utils:get_encoding_from_headers "
    "geventhttpclient.client:HTTPClientPool geventhttpclient.header:Headers "
    "geventhttpclient.response:HTTPConnectionClosed geventhttpclient.response:HTTPSocketPoolResponse "
    "geventhttpclient._parser:HTTPParseError geventhttpclient.useragent:CompatRequest "
    "geventhttpclient.useragent:CompatResponse geventhttpclient.useragent:ConnectionError "
    "geventhttpclient.useragent:UserAgent ._http.fast_errors:FAILURE_EXCEPTIONS "
    "._http.fast_errors:LocustBadStatusCode",
    "contrib.mongodb": "time .:events",
    "contrib.mqtt": "typing .env:Environment paho.mqtt.enums:MQTTErrorCode",
    "debug": "inspect locust .argument_parser",
    "dispatch": "contextlib itertools collections:defaultdict heapq:heapify heapq:heapreplace math:log2 "
    "operator:attrgetter",
    "env": "argparse:Namespace collections.abc:Callable operator:methodcaller",
    "html": "os itertools:chain jinja2:FileSystemLoader JinjaEnvironment=jinja2:Environment",
    "input_events": "select termios tty",
    "main": "atexit errno gc gevent inspect itertools locust signal time webbrowser typing:TYPE_CHECKING",
    "opentelemetry": "socket .:events .runners:MasterRunner .runners:WorkerRunner urllib.parse:urlparse",
    "rpc.protocol": "msgpack",
    "rpc.zmqrpc": "csocket=socket socket:gaierror socket:has_dualstack_ipv6 msgerr=msgpack.exceptions zmqerr=zmq.error",
    "runners": f"functools greenlet inspect json psutil re socket time traceback .argument_parser {_TYPES} "
    "typing:NoReturn abc:abstractmethod collections:defaultdict collections.abc:Callable collections.abc:Iterator "
    "collections.abc:MutableMapping collections.abc:ValuesView operator:itemgetter operator:methodcaller "
    "types:TracebackType uuid:uuid4",
    "stats": f"csv gevent hashlib json logging time {_TYPES} typing:Protocol typing:TypeVar abc:abstractmethod "
    "collections:OrderedDict collections:defaultdict collections:namedtuple copy:copy itertools:chain",
    "user.inspectuser": "inspect collections:defaultdict",
    "user.sequential_taskset": "itertools:cycle",
    "user.task": "gevent collections:deque typing:TypeVar typing:final typing:overload",
    "user.users": "re sys time greenlet=gevent.greenlet collections.abc:Callable contextlib:contextmanager "
    "geventhttpclient.useragent:ConnectionError json.decoder:JSONDecodeError requests.exceptions:RequestException "
    "typing:Generic typing:TypeVar typing:final typing_extensions:override urllib3:PoolManager",
    "user.wait_time": "typing:TYPE_CHECKING",
    "util": ".util.cache",
    "util.cache": "functools",
    "util.load_locustfile": "inspect",
    "util.timespan": "datetime:timedelta",
    "web": "csv itertools json math mimetypes os .argument_parser .contrib.fasthttp .stats gevent.pywsgi "
    "flask:Blueprint flask:Flask flask:Response flask:jsonify flask:make_response flask:redirect "
    "flask:render_template flask:request flask:send_file flask:send_from_directory flask:session flask:url_for "
    "flask_cors:CORS flask_login:LoginManager flask_login:login_required functools:wraps io:StringIO "
    "jinja2:TemplateNotFound json:dumps typing:TypedDict version=locust:__version__",
}


def homes(module: str, package: str) -> dict[str, tuple[str, str]]:
    """``{name: (module to import, attribute of it or nothing)}`` for a module below the package."""
    found = {}
    for word in FOREIGN.get(module, "").split():
        name, _, target = word.rpartition("=")
        home, _, attribute = target.partition(":")
        if home.startswith("."):
            home = package + home.rstrip(".")
        found[name or attribute or home.rpartition(".")[2]] = (home, attribute)
    return found
