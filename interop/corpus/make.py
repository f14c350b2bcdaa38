
# Last part of the corpus; see cases.py. It pickles the values with the interpreter that runs it, at
# every protocol:
#
#     cat cases.py cases_standard.py cases_apart.py make.py | python3.13 - [c|py] > out        the C pickler (default) or the pure Python one
#
# What it writes is a sequence of records, each a line
#
#     name TAB protocol TAB number of bytes
#
# followed by that many bytes: the pickle, or for the protocol "repr" the UTF-8 text of repr(value),
# surrogates passed. A pair of value and protocol that this Python cannot pickle is left out.

def repr_of(value):
    out = repr(value)
    return out.encode('utf-8') if isinstance(out, text) and PY2 else out if PY2 else out.encode('utf-8', 'surrogatepass')


def main(pickler):
    out = sys.stdout if PY2 else sys.stdout.buffer
    dumps = pickle.dumps
    highest = pickle.HIGHEST_PROTOCOL
    if pickler == 'py':
        if PY2:
            import pickle as pure
            dumps = pure.dumps
        else:
            dumps = pickle._dumps
    for name, value in CASES.items():
        for protocol in range(highest + 1):
            try:
                data = dumps(value, protocol)
            except Exception:
                continue
            head = '%s\t%d\t%d\n' % (name, protocol, len(data))
            out.write(head.encode('ascii'))
            out.write(data)
        data = repr_of(value)
        out.write(('%s\trepr\t%d\n' % (name, len(data))).encode('ascii'))
        out.write(data)


if __name__ == '__main__':
    main(sys.argv[1] if len(sys.argv) > 1 else 'c')
