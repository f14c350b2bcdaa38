"""Prints the contents of the requests that the original's Proxy sends, in base64, a line for each statement of its arguments.

The first argument is the serializer, each other one a statement about `proxy`, such as "proxy.calculate(8, factor=3)". Nothing is
sent: what the Proxy asks its agent to send is formatted by the original's Protocol and printed.
"""

import base64
import sys

import pizco_compat

original = pizco_compat.original


def main():
    protocol = original.Protocol('', sys.argv[1])

    def request(endpoint, content):
        print(base64.b64encode(protocol.format('', '', content)[2]).decode())

    def request_server(action, options, force_as_object=False):
        # In the words of ProxyAgent.request_server.
        if force_as_object:
            options['force_as_object'] = True
        request('', original.PSMessage(action, options))

    agent = object.__new__(original.ProxyAgent)
    agent._running = False
    agent.remote_rep_endpoint = ''
    agent.request = request
    agent.request_server = request_server
    agent.signal_manager = None
    proxy = object.__new__(original.Proxy)
    proxy.__dict__.update(
        _proxy_agent=agent,
        _proxy_attr_as_remote={'calculate', 'echo', 'move', 'channels', 'name', 'kwargs'},
        _proxy_attr_as_object={'forced'},
    )
    for statement in sys.argv[2:]:
        exec(statement, {'proxy': proxy, 'agent': agent})


if __name__ == '__main__':
    main()
