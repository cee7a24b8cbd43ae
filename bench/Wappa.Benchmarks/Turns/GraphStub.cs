using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wappa.Benchmarks.Turns;

/// <summary>A Graph API that accepts everything and counts it.</summary>
/// <remarks>Bare sockets, and nothing is read but where a request ends: what the stub uses up the bot cannot have.</remarks>
internal sealed class GraphStub : IDisposable
{
    private const string Message = """{"messages":[{"id":"wamid.HBgLMTU1NTAwMDAwMDAVAgARGBI="}]}""";

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Message.Length}\r\n\r\n{Message}");

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private long _count;

    public GraphStub()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    public long Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // The same, a moment later.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using var closing = connection;
        connection.NoDelay = true;
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (await connection.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var read)
        {
            length += read;
            while (EndOf(buffer.AsSpan(0, length)) is > 0 and var end)
            {
                buffer.AsSpan(end, length - end).CopyTo(buffer);
                length -= end;
                Interlocked.Increment(ref _count);
                await connection.SendAsync(Answer);
            }
        }
    }

    /// <summary>Where the first request ends; 0: it is not there as a whole.</summary>
    private static int EndOf(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return 0;
        var length = received[..head].IndexOf("Content-Length: "u8);
        if (length < 0) throw new IOException("A request has no Content-Length: nothing here expects that.");
        var digits = received[(length + "Content-Length: "u8.Length)..];
        var end = head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
        return received.Length >= end ? end : 0;
    }
}
