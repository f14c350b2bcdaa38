// Package goagent makes objects remote, as pizco does in Python, and speaks its protocol: a Go
// program uses the objects that servers of Python serve, and proxies of Python use the objects that
// a Go program serves, without either knowing.
//
// # Clients
//
// [Dial] returns a [Proxy] to the object of a server. Its methods get and set attributes, call
// methods, use the items of containers and connect slots to signals; [Proxy.Bind] makes a typed
// client of a struct. A Proxy is safe for any number of goroutines.
//
// # Servers
//
// [Serve] serves an object and returns a [Server]. The object is
//
//   - any value of Go: its exported methods, fields and [object.Signal] fields, under their names in snake_case. A getter X and a setter SetX are
//     the property x. The tag `pizco:"name,readonly"` of a field sets its name and one of the options readonly, writeonly and object (see
//     below); `pizco:"-"` leaves it out, with the methods that an embedded one would bring along. What is readonly, or a property without a setter, peers cannot change inside
//     either. Methods that an embedded type brings along are served when it is of the same package and they are none of the well-known
//     ones that types have for their own program, such as Close, String, Lock and MarshalJSON; the tag `pizco:",methods"` of the embedded
//     field and [object.Description.Serve] serve the others. [object.Described] says the rest, such
//     as names and defaults of parameters, which reflection cannot see.
//   - what [object.New] puts together by hand, name by name.
//   - nothing yet, until a client has a class of [WithClass] instantiated.
//
// Peers leave plain values only with an object, in arguments, attributes and containers that can
// keep them as they came: what a Python that reads them could not be made to run ([WithClasses]).
// Parameters of Go's own types take objects as well, of which they keep nothing. Peers cannot emit
// signals ([WithEmission]).
//
// Names that start with an underscore are never served. Arguments are converted to the types of the
// parameters ([py.Assign]), results to values of Python ([py.FromGo]); what does not fit is a
// TypeError with the words of CPython, as are missing and superfluous arguments. Maps are dicts and
// slices are lists, whose methods peers call and whose items they change in place; structs without
// methods are dicts of their fields, and those with methods are objects with members of their own.
//
// Calls run one at a time, those that wait one client after the other, unless [WithConcurrency]
// says otherwise, so that fields need no lock as long as only peers use them. A program that itself
// touches what it serves must do so under a lock that the object's methods take as well; fields
// that peers set are better made properties then.
//
// # What is remote
//
// A proxy of the original asks for an attribute with 'get'. The original answers that it is to be
// used remotely when it can be called, is a signal, or has items: that holds for dicts and lists,
// but for every str and bytes as well, of which the proxy then has no more than the items. A Go
// server does the same, since that is what such proxies know how to handle. The tag
// `pizco:",object"`, [object.AsObject], [object.Description.AsObject] and [WithForceAsObject] send
// the value itself; a Go proxy gets it anyway.
//
// # Who may connect
//
// A key signs messages ([WithKey]), so that a server rejects those of others, who can still read
// them; each client can have one of its own ([WithKeys]). [WithCurve] encrypts with CURVE, which
// ZeroMQ peers in any language speak but no agent of the original: the server has a key pair whose
// public key its clients know ([WithCurvePeer]), and [WithCurveClients] lets in those clients only
// that it lists by theirs. Package curve has the keys, and reads and writes the certificates of
// pyzmq and czmq:
//
//	pair, err := curve.ReadSecret("server.key_secret")
//	clients, err := curve.ReadPublic("clients") // a folder of NAME.key
//	server, err := goagent.Serve(object, goagent.WithCurve(pair), goagent.WithCurveClients(clients...))
//
//	proxy, err := goagent.Dial(ctx, endpoint, goagent.WithCurve(mine), goagent.WithCurvePeer(theirs))
//
// [WithExposed] names the attributes that peers may use at all; an [Interceptor] can refuse calls
// by any rule of its own, such as the key of the client.
//
// # Errors
//
// An exception of the peer is a *[pyerr.RemoteError], for which [errors.Is] follows Python's tree
// of classes:
//
//	if errors.Is(err, pyerr.LookupError) { ... } // a KeyError, an IndexError
//
// An error that a served method returns reaches the peer as the exception that it names: one made
// by [pyerr.Class.New] or [pyerr.Class.Errorf], a [pyerr.Class] itself, wrapped or not; a
// *RemoteError of another peer passes through unchanged. Errors of the operating system become
// OSErrors, those of contexts TimeoutError and CancelledError, conversions TypeErrors, all others
// and panics RuntimeErrors. A type of error of its own names its class by unwrapping to one.
package goagent
