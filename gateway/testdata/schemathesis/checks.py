"""What schemathesis looks at beyond its own checks: that no 5xx is the gateway's own."""

import schemathesis


@schemathesis.check
def no_error_of_the_gateway(ctx, response, case):
    """An exception of the target, or a target that is away, may be a 5xx; nothing else."""
    if response.status_code < 500:
        return
    problem = response.json()
    assert problem["origin"] == "target", "{} is of {}".format(problem["type"], problem["origin"])
