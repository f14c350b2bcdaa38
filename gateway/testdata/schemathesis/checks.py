"""What schemathesis looks at beyond its own checks, and what it does between requests to keep the target worth asking."""

import itertools

import requests
import schemathesis

ROBOT = '/v1/robot'

count = itertools.count()


@schemathesis.check
def no_error_of_the_gateway(ctx, response, case):
    """An exception of the target, or a target that is away, may be a 5xx; nothing else."""
    if response.status_code < 500:
        return
    problem = response.json()
    assert problem['origin'] == 'target', '{} is of {}'.format(problem['type'], problem['origin'])


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every other request for a future is for one that exists: no id that is made up ever does."""
    if 'future' in case.path_parameters and case.meta.generation.mode.is_positive and next(count) % 2 == 0:
        answer = requests.post(base_of(case) + ROBOT + '/methods/think', json={'args': ['why']}, timeout=60)
        answer.raise_for_status()
        case.path_parameters['future'] = answer.json()['id']


@schemathesis.hook
def after_call(context, case, response):
    """A robot whose tools were set to something without items answers no request for an item any more."""
    url = base_of(case) + ROBOT + '/attributes/tools'
    if response.request.method == 'PUT' and response.status_code == 204 and response.request.url.partition('?')[0] == url:
        tools = {'value': {'left': 'gripper', 'right': 'camera'}}
        requests.put(url, json=tools, timeout=60).raise_for_status()


def base_of(case):
    return case.operation.schema.get_base_url().rstrip('/')
