from . import _release

Signal, bind = _release.Signal, _release.bind
