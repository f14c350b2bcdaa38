
# Third part of the corpus; see cases.py. Objects that CPython usually shares, and here has
# more than one of. They are str of one character and bytes of one byte that a method has made.
# Below protocol 3 they are classes that have one name in Python 2.

def apart_texts():
    """Each is a str of one character. CPython shares it or makes another, from release to release."""
    dash, empty = u'-', u''
    return [
        dash, dash.join([empty, empty]), empty.join([dash, empty]), u'%s%s' % (dash, empty), u'{}{}'.format(dash, empty), u'--'.replace(u'-', u'', 1),
        u'-b'.replace(u'b', u''), u'a-b'[1::5], u' - '.strip(), u'\xe9', u'\xc9'.lower(), u'\xe8'.upper(), u'A'.lower(), u'a', u'a'.title(), u'A'.swapcase(),
        text(5), text(7), u'7', text('%d') % 7, u'\u20ac', u'\u20ac'.lower(), u'\u20ac', empty, empty.join([]), u'abc'[3:],
    ]


def apart_octets():
    """The same for bytes."""
    dash, empty = b'-', b''
    return [
        dash, empty.join([dash, empty]), b'--'.replace(b'-', b'', 1), bytes(bytearray(b'-')), bytes(bytearray(b'\xff')), b'\xff', b'A'.lower(), b'a'.lower(),
        b'-x'.translate(None, b'x'), b'a-b'[1:2], empty, empty.join([]), bytes(bytearray()), bytearray(b'-'), bytearray(b'a'), bytearray(b''),
    ]


made, octets = apart_texts(), apart_octets()
case('apart/str-two', [u'-', u'-'.join([u'', u''])])
case('apart/str-other-first', [u'-'.join([u'', u'']), u'-'])
case('apart/str-again', [u'-', made[1], made[1], u'-', made[1]])
case('apart/str-three', [u'-'.join([u'', u'']) for _ in range(3)])
case('apart/str-many', [u'-'.join([u'', u'']) for _ in range(2500)])
case('apart/str-all', made)
case('apart/str-twice', made + made)
case('apart/str-tuple', (u'a', u'A'.lower(), u'a'))
case('apart/str-nested', [(u'a', u'A'.lower()), [u'A'.lower()], {u'k': u'A'.lower()}, u'a'])
case('apart/str-key', {u'A'.lower(): u'a', u'B'.lower(): u'b'.lower()})
case('apart/str-keys', [{u'A'.lower(): 1}, {u'A'.lower(): 2}, {u'a': 3}])
case('apart/str-set', [set([u'A'.lower()]), frozenset([u'a']), u'A'.lower()])
case('apart/str-attribute', [with_attrs(MyList([1]), **{'a': u'A'.lower()}), u'A'.lower(), u'a'])
case('apart/bytes-two', [b'-', b''.join([b'-', b''])])
case('apart/bytes-all', octets)
case('apart/bytes-twice', octets + octets)
case('apart/bytes-dict', {b'A'.lower(): b'a', 1: b'A'.lower()})
case('apart/str-and-bytes', [u'-'.join([u'', u'']), b'-', u'-', b''.join([b'-', b'']), u'-'.join([u'', u''])])
case('apart/bytes-and-bytearray', [b''.join([b'-', b'']), bytearray(b'-'), b'-', u'-'])

if not PY2:
    import multiprocessing
    import multiprocessing.context

    io_errors = [BlockingIOError, BrokenPipeError, ChildProcessError, ConnectionAbortedError, ConnectionError, ConnectionRefusedError,
                 ConnectionResetError, FileExistsError, FileNotFoundError, InterruptedError, IsADirectoryError, NotADirectoryError,
                 PermissionError, ProcessLookupError, TimeoutError, OSError]
    case('apart/classes-two', [FileNotFoundError, PermissionError])
    case('apart/classes-again', [FileNotFoundError, PermissionError, PermissionError, FileNotFoundError, OSError, IOError])
    case('apart/classes-os-error', io_errors)
    case('apart/classes-import-error', [ImportError, ModuleNotFoundError, ImportError, ModuleNotFoundError])
    case('apart/classes-multiprocessing', [multiprocessing.ProcessError, multiprocessing.TimeoutError, multiprocessing.BufferTooShort,
                                           multiprocessing.AuthenticationError, TimeoutError, multiprocessing.context.Process])
    case('apart/classes-instances', [FileNotFoundError(2, u'a'), PermissionError(13, u'b'), FileNotFoundError(2, u'c'), OSError(5, u'd')])
    case('apart/classes-arguments', {FileNotFoundError: PermissionError, u'a': (TimeoutError, FileNotFoundError, set([PermissionError]))})


def renamed_classes():
    """Returns all that Python 3 has of what pickle gives a name of Python 2, in the order of their names."""
    import _compat_pickle
    import importlib
    names = set(_compat_pickle.REVERSE_NAME_MAPPING)
    for module, old in list(_compat_pickle.REVERSE_IMPORT_MAPPING.items()):
        if not module.startswith(('tkinter', 'test')):
            try:
                names.update((module, name) for name in vars(importlib.import_module(module)))
            except ImportError:
                pass
    found = []
    for module, name in sorted(names):
        if module.startswith('tkinter') or name.startswith('__'):
            continue
        try:
            value = getattr(importlib.import_module(module), name)
            if isinstance(value, (type, types.BuiltinFunctionType, types.FunctionType)):
                pickle.dumps(value, 2)
                pickle.dumps(value, 4)
                found.append(value)
        except Exception:
            pass
    return found


if not PY2:
    renamed = renamed_classes()
    case('apart/renamed', renamed)
    case('apart/renamed-twice', renamed[::-1] + renamed)
