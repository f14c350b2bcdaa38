# The Python side of the pickle benchmarks: reads one request a line, as JSON, and answers on its
# standard output.
#   {"setup": code}                      runs code, which sets value; answers with the length of its pickle, a line feed and the pickle
#   {"run": statement, "number": count}  answers with the seconds that one run of the statement takes, over so many runs
# Statements are timed as timeit does, with the garbage collector off, and find value, data (the
# pickle), loads and dumps.
import json
import pickle
import sys
import timeit

out = sys.stdout.buffer
space = {}
for line in sys.stdin:
    request = json.loads(line)
    if 'setup' in request:
        space = {'pickle': pickle}
        exec(request['setup'], space)
        space['pickled'] = pickle.dumps(space['value'], 4)
        out.write(b'%d\n' % len(space['pickled']) + space['pickled'])
    else:
        setup = 'loads, dumps, v, data = pickle.loads, pickle.dumps, value, pickled'
        seconds = timeit.timeit(request['run'], setup, number=request['number'], globals=space)
        out.write(b'%r\n' % (seconds / request['number']))
    out.flush()
