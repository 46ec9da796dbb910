package machine

// Network is a CNI configuration that gives every pod an address of its own.
const Network = `{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [{
    "type": "ptp",
    "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}]]}
  }]
}
`
