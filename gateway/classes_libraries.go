package gateway

import "strings"

// libraries are the modules that classes of clients must not come from. They are Python's standard
// library, with its earlier releases and Python 2, whose names low protocols of pickle carry, and
// what a server of the original always has. Much in them runs code, opens files or looks things up
// by name.
var libraries = strings.Fields(`
abc aifc antigravity anydbm argparse array ast asynchat asyncio asyncore atexit audioop base64 BaseHTTPServer
bdb binascii binhex bisect builtins bz2 calendar cgi CGIHTTPServer cgitb chunk cmath cmd code codecs codeop
collections colorsys commands compileall concurrent configparser ConfigParser contextlib contextvars Cookie
cookielib copy copy_reg copyreg cPickle cProfile crypt cStringIO csv ctypes curses dataclasses datetime dbhash
dbm decimal difflib dis distutils doctest DocXMLRPCServer dummy_thread dummy_threading email encodings
ensurepip enum errno exceptions faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib
functools gc gdbm genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html
htmlentitydefs HTMLParser http httplib idlelib imaplib imghdr imp importlib inspect io ipaddress itertools
json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap
modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers numpy opcode
operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pip pipes pizco pkg_resources pkgutil
platform plistlib popen2 popen3 poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
pydoc_data pyexpat queue Queue quopri random re readline repr reprlib resource rlcompleter robotparser runpy
sched secrets select selectors setuptools shelve shlex shutil signal SimpleHTTPServer SimpleXMLRPCServer site
smtpd smtplib sndhdr socket socketserver SocketServer spwd sqlite3 sre_compile sre_constants sre_parse ssl
stat statistics string StringIO stringprep struct subprocess sunau symbol symtable sys sysconfig syslog
tabnanny tarfile telnetlib tempfile termios test textwrap this thread threading time timeit tkFileDialog
tkinter Tkinter tkMessageBox token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types
typing unicodedata unittest urllib urllib2 urlparse UserDict UserList UserString uu uuid venv warnings wave
weakref webbrowser whichdb winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile zipimport zlib
zmq zoneinfo
`)
