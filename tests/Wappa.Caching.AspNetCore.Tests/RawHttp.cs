using System.Net.Sockets;
using System.Text;

namespace Wappa.Caching.AspNetCore.Tests;

/// <summary>Says exactly what a client library would not.</summary>
internal sealed class RawHttp : IAsyncDisposable
{
    private readonly TcpClient _client = new();

    internal Stream Stream => _client.GetStream();

    internal static async Task<RawHttp> ConnectAsync(TestApp app)
    {
        var raw = new RawHttp();
        await raw._client.ConnectAsync(app.Address.Host, app.Address.Port);
        return raw;
    }

    /// <summary>One request on a connection of its own, and all that comes back.</summary>
    internal static async Task<string> AskAsync(TestApp app, string target, string host = "localhost", params string[] headers)
    {
        await using var raw = await ConnectAsync(app);
        await raw.SendAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{string.Concat(headers.Select(line => line + "\r\n"))}\r\n");
        using var reader = new StreamReader(raw.Stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    internal Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>Ends the connection without a word, as a client that crashes does.</summary>
    internal void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
