// Package goagent makes objects remote, as pizco does in Python, and speaks its protocol. A Go
// program uses the objects that servers of Python serve, and proxies of Python use the objects that
// a Go program serves, without either knowing.
//
// # Terms
//
// The documentation of this library uses these words:
//
//   - The original is the Python library pizco, release 0.1 unless its development line is named.
//   - A peer is the program at the other end of a connection. A client makes requests, a server
//     answers them.
//   - A served object is the object whose members the clients of a server use.
//   - A graph is a value of package [py] with everything that it holds: values and which of them
//     are the same object.
//   - A member is used remotely when a proxy gets a handle for it instead of its value: methods,
//     signals, and attributes with items.
//   - A turn is the permission of a waiting call to run. By default there is one turn at a time.
//   - A dialect is the form of what peers send: release 0.1's, the development line's (master),
//     which sends exceptions with a traceback, or that of its branch develop ([Dialect]).
//
// # Clients
//
// [Dial] returns a [Proxy] to the object of a server. Its methods get and set attributes, call
// methods, use the items of containers and connect slots to signals. [Proxy.Bind] makes a typed
// client of a struct. A Proxy is safe for any number of goroutines.
//
// # Servers
//
// [Serve] serves an object and returns a [Server]. The object is one of these:
//
//   - Any value of Go, by its exported methods, fields and [object.Signal] fields.
//   - What [object.New] puts together by hand, name by name.
//   - Nothing yet, until a client has a class of [WithClass] instantiated.
//
// Members of a Go value are served under their names in snake_case. A getter X and a setter SetX
// are the property x. [object.Described] adds what reflection cannot see, such as names and
// defaults of parameters.
//
// The tag `pizco:"name,readonly"` of a field sets its name and one of the options readonly,
// writeonly and object (see below). `pizco:"-"` leaves the field out, with the methods that an
// embedded one would bring along. Peers cannot change the inside of a readonly field either, nor of
// a property without a setter.
//
// Methods of an embedded type are served when the type is of the same package. Well-known methods
// that types have for their own program are not, such as Close, String, Lock and MarshalJSON. The
// tag `pizco:",methods"` of the embedded field and [object.Description.Serve] serve the others.
//
// Peers leave only plain values with an object, in arguments, attributes and containers that can
// keep them as they came. A plain value cannot make a Python that reads it run code
// ([WithClasses]). Parameters of Go's own types take objects as well, and keep nothing of them.
// Peers cannot emit signals ([WithEmission]).
//
// Names that start with an underscore are never served. Arguments are converted to the types of the
// parameters ([py.Assign]), and results to values of Python ([py.FromGo]). A value that does not
// fit is a TypeError with the words of CPython, as are missing and superfluous arguments.
//
// Maps are dicts and slices are lists: peers call their methods, and change their items in place.
// Structs without methods are dicts of their fields. Structs with methods are objects with members
// of their own.
//
// Calls run one at a time, and waiting calls one client after the other, unless [WithConcurrency]
// says otherwise. So fields need no lock as long as only peers use them. A program that itself
// touches what it serves must do so under a lock that the object's methods take as well. Fields
// that peers set are better made properties then.
//
// # What is remote
//
// A proxy of the original asks for an attribute with 'get'. The original answers that the attribute
// is used remotely when it can be called, is a signal, or has items. That holds for dicts and
// lists, but for every str and bytes as well: the proxy then has only their items. A Go server does
// the same, since such proxies expect it. The tag `pizco:",object"`, [object.AsObject],
// [object.Description.AsObject] and [WithForceAsObject] send the value itself; a Go proxy gets it
// anyway.
//
// # Who may connect
//
// A key signs messages ([WithKey]): a server rejects messages without a good signature. Strangers
// can still read them. Each client can have a key of its own ([WithKeys]).
//
// [WithCurve] encrypts with CURVE, which ZeroMQ peers in any language speak, but no agent of the
// original. The server has a key pair, and its clients know the public key ([WithCurvePeer]).
// [WithCurveClients] lists the public keys of the clients that may connect. Package curve has the
// keys, and reads and writes the certificates of pyzmq and czmq:
//
//	pair, err := curve.ReadSecret("server.key_secret")
//	clients, err := curve.ReadPublic("clients") // a folder of NAME.key
//	server, err := goagent.Serve(object, goagent.WithCurve(pair), goagent.WithCurveClients(clients...))
//
//	proxy, err := goagent.Dial(ctx, endpoint, goagent.WithCurve(mine), goagent.WithCurvePeer(theirs))
//
// [WithExposed] names the attributes that peers may use at all. An [Interceptor] can refuse calls
// by any rule of its own, such as the key of the client.
//
// # Errors
//
// An exception of the peer is a *[pyerr.RemoteError]. [errors.Is] follows Python's tree of classes
// for it:
//
//	if errors.Is(err, pyerr.LookupError) { ... } // a KeyError, an IndexError
//
// [FaultOf] answers what a program asks of any error: who it comes from, whether the request may
// have been carried out, and whether it is worth trying again.
//
// An error that a served method returns reaches the peer as the exception that it names. It is made
// by [pyerr.Class.New] or [pyerr.Class.Errorf], or is a [pyerr.Class] itself, wrapped or not. A
// *RemoteError of another peer passes through unchanged. Errors of the operating system become
// OSErrors, context errors TimeoutError and CancelledError, and conversions TypeErrors. All others,
// and panics, become RuntimeErrors. A type of error of its own names its class by unwrapping to
// one.
package goagent
