using System.Net;
using System.Net.Sockets;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>Ports on loopback nobody has. They lie below those the system gives to outgoing connections, so that a server that was
/// stopped finds its own still free, and so does the bus of a cluster's node, 10,000 above.</summary>
internal static class FreePort
{
    private const int First = 10_500;
    private const int Count = 11_000;
    private const int BusOffset = 10_000;

    private static readonly HashSet<int> Given = [];
    private static int _next = Random.Shared.Next(Count);

    internal static int Next()
    {
        lock (Given)
        {
            for (var attempt = 0; attempt < Count; attempt++)
            {
                var port = First + (_next++ % Count);
                if (IsFree(port) && IsFree(port + BusOffset) && Given.Add(port)) return port;
            }
        }

        throw new InvalidOperationException("There is no free port on loopback.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
