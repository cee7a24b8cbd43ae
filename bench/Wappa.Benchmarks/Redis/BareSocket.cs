using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wappa.Benchmarks.Redis;

/// <summary>The floor of one command at a time: an asynchronous socket, bytes made beforehand, nothing parsed.</summary>
internal sealed class BareSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[4096];
    private readonly byte[][] _requests = new byte[RedisData.Keys][];

    // "$200", the value, two line ends.
    private const int ReplyBytes = 4 + 2 + RedisData.TextBytes + 2;

    public static async Task<BareSocket> ConnectAsync(int port)
    {
        var bare = new BareSocket();
        for (var key = 0; key < RedisData.Keys; key++)
        {
            var name = RedisData.Text(key);
            bare._requests[key] = Encoding.ASCII.GetBytes($"*2\r\n$3\r\nGET\r\n${name.Length}\r\n{name}\r\n");
        }

        await bare._socket.ConnectAsync(IPAddress.Loopback, port);
        return bare;
    }

    public async ValueTask<int> GetAsync(int key)
    {
        await _socket.SendAsync(_requests[key], SocketFlags.None);
        var received = 0;
        while (received < ReplyBytes) received += await _socket.ReceiveAsync(_received.AsMemory(received), SocketFlags.None);
        return received;
    }

    public void Dispose() => _socket.Dispose();
}
