using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>The server answered with an error.</summary>
internal sealed class RawRedisException(string message) : Exception(message);

/// <summary>One connection that sends words and gives back what came, one command at a time: a second opinion, independent of the
/// client under test.</summary>
internal sealed class RawRedis : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly SemaphoreSlim _turn = new(1);
    private int _start;
    private int _end;

    private RawRedis(Stream stream) => _stream = stream;

    /// <summary>Connects.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="authority">TLS, trusting this certificate's owner; null: plain TCP.</param>
    /// <param name="client">The certificate to show.</param>
    internal static async Task<RawRedis> ConnectAsync(int port, X509Certificate2? authority = null, X509Certificate2? client = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", port).WaitAsync(Patience);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException("No server listens.", error);
        }

        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (authority is null) return new(stream);
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = client is null ? null : [client],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        }).WaitAsync(Patience);
        return new(tls);
    }

    /// <summary>Sends a command.</summary>
    /// <returns>A text, a whole number, null, or an array of such.</returns>
    /// <exception cref="RawRedisException">The server answered with an error.</exception>
    internal async Task<object?> CallAsync(params string[] words)
    {
        await _turn.WaitAsync(Patience);
        try
        {
            var command = new MemoryStream();
            command.Write(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
            foreach (var word in words.Select(Encoding.UTF8.GetBytes))
            {
                command.Write(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
                command.Write(word);
                command.Write("\r\n"u8);
            }

            await _stream.WriteAsync(command.ToArray()).AsTask().WaitAsync(Patience);
            var reply = await ReadAsync().WaitAsync(Patience);
            return reply is RawRedisException error ? throw error : reply;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends a command whose answer is a text or a number.</summary>
    /// <returns>As text; null if there is none.</returns>
    internal async Task<string?> TextAsync(params string[] words) =>
        await CallAsync(words) is { } reply ? Convert.ToString(reply, CultureInfo.InvariantCulture) : null;

    /// <summary>Sends a command whose answer is a whole number.</summary>
    internal async Task<long> NumberAsync(params string[] words) => (long)(await CallAsync(words))!;

    /// <summary>Sends a command whose answer is a list.</summary>
    /// <returns>Its items as texts; a hash comes as names and values by turns.</returns>
    internal async Task<string[]> ListAsync(params string[] words) =>
        [.. ((object?[])(await CallAsync(words))!).Select(item => Convert.ToString(item, CultureInfo.InvariantCulture) ?? "")];

    /// <summary>One line of INFO.</summary>
    internal async Task<string?> InfoAsync(string field) =>
        (await TextAsync("INFO", "everything"))!.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..];

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<object?> ReadAsync()
    {
        var line = await ReadLineAsync();
        return line[0] switch
        {
            '+' => line[1..],
            '-' => new RawRedisException(line[1..]),
            ':' => long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture),
            '_' => null,
            '$' => await ReadTextAsync(Length(line)),
            '*' => await ReadItemsAsync(Length(line)),
            _ => throw new IOException($"The server sent '{line[0]}', which RESP2 does not have."),
        };
    }

    private static int Length(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);

    private async Task<object?[]?> ReadItemsAsync(int count)
    {
        if (count < 0) return null;
        var items = new object?[count];
        for (var i = 0; i < count; i++) items[i] = await ReadAsync();
        return items;
    }

    private async Task<string?> ReadTextAsync(int length)
    {
        if (length < 0) return null;
        var bytes = new byte[length + 2];
        for (var at = 0; at < bytes.Length;)
        {
            if (_start == _end) await FillAsync();
            var part = Math.Min(_end - _start, bytes.Length - at);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(at));
            at += part;
            _start += part;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end) await FillAsync();
            var character = (char)_buffer[_start++];
            if (character == '\n') return line.ToString(0, line.Length - 1);
            line.Append(character);
        }
    }

    private async Task FillAsync()
    {
        _start = 0;
        _end = await _stream.ReadAsync(_buffer);
        if (_end == 0) throw new IOException("The server closed the connection.");
    }
}
