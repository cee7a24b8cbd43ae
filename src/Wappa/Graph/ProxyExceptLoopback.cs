using System.Net;

namespace Wappa.Graph;

/// <summary>The machine's proxy for everything but loopback: a local stand-in of the Graph API is not behind it, and
/// neither message nor token shall leave the machine on the way there.</summary>
internal sealed class ProxyExceptLoopback(IWebProxy machine) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => machine.Credentials;
        set => machine.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : machine.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || machine.IsBypassed(host);
}
