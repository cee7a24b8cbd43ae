using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wappa.Benchmarks.Webhook;

/// <summary>
/// Run in a process of its own: sends every request over kept-alive connections, each answered before the next goes
/// out on it, and prints how many a second were answered with 200.
/// </summary>
/// <remarks>One thread with blocking sockets that serves the connections in turn: two system calls a request and
/// nothing else, because what the generator uses up the server cannot have.</remarks>
/// <param name="count">How many connections.</param>
internal sealed class LoadGenerator(int count)
{
    public const string Command = "webhook-load";
    public const int Connections = 32;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Prints <c>ready</c>, waits for a line, sends, prints requests per second and the
    /// processor time it took to send them, in seconds.</summary>
    public static async Task RunAsync(
        int port, int count, long first, int connections = Connections, int users = WebhookRequests.Users)
    {
        var requests = new WebhookRequests(count, first, users);
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        var elapsed = new LoadGenerator(connections).Send(requests, port);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        await Console.Out.WriteLineAsync(
            FormattableString.Invariant($"{count / elapsed.TotalSeconds:F1} {cpu.TotalSeconds:F3}"));
    }

    private TimeSpan Send(WebhookRequests requests, int port)
    {
        var connections = Enumerable.Range(0, count).Select(_ => Connect(port)).ToArray();
        try
        {
            var began = Stopwatch.GetTimestamp();
            var sent = 0;
            while (sent < Math.Min(count, requests.Count)) connections[sent].Send(requests[sent++]);
            for (var answered = 0; answered < requests.Count; answered++)
            {
                var connection = connections[answered % count];
                ReadAnswer(connection);
                if (sent < requests.Count) connection.Send(requests[sent++]);
            }

            return Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Timeout.TotalMilliseconds,
            SendTimeout = (int)Timeout.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private void ReadAnswer(Socket connection)
    {
        for (var length = 0; ;)
        {
            var read = connection.Receive(_buffer.AsSpan(length));
            if (read == 0) throw new IOException("The server closed the connection.");
            length += read;
            if (IsComplete(_buffer.AsSpan(0, length))) return;
            if (length == _buffer.Length) throw new IOException("The answer is longer than any expected here.");
        }
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var status = answer[..answer.IndexOf((byte)'\r')];
        if (!status.StartsWith("HTTP/1.1 200"u8))
            throw new IOException($"The server answered {Encoding.UTF8.GetString(status)}.");
        var length = answer[..(end + 2)].IndexOf("Content-Length: "u8);
        if (length < 0) throw new IOException("The answer has no Content-Length: nothing here expects that.");
        var digits = answer[(length + "Content-Length: "u8.Length)..];
        var body = int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + body;
    }
}
