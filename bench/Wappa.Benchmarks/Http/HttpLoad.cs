using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wappa.Benchmarks.Http;

/// <summary>Run in a process of its own: sends one request over and over on 32 kept-alive connections, each answered before the next goes
/// out on it, and prints how many a second were answered as expected, and the processor time that took.</summary>
internal sealed class HttpLoad
{
    public const string Command = "http-load";

    /// <summary>In place of an ETag: no condition.</summary>
    public const string NoTag = "-";

    private const int Connections = 32;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly byte[] _buffer = new byte[8192];
    private readonly byte[] _status;

    private HttpLoad(int status) => _status = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} ");

    public static async Task RunAsync(int port, int count, string path, int status, string tag)
    {
        var condition = tag == NoTag ? "" : $"If-None-Match: \"{tag}\"\r\n";
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n");
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        var elapsed = new HttpLoad(status).Send(request, count, port);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        await Console.Out.WriteLineAsync(FormattableString.Invariant($"{count / elapsed.TotalSeconds:F1} {cpu.TotalSeconds:F3}"));
    }

    private TimeSpan Send(byte[] request, int count, int port)
    {
        var connections = Enumerable.Range(0, Connections).Select(_ => Connect(port)).ToArray();
        try
        {
            var began = Stopwatch.GetTimestamp();
            foreach (var connection in connections) connection.Send(request);
            for (var answered = 0; answered < count; answered++)
            {
                var connection = connections[answered % Connections];
                ReadAnswer(connection);
                if (answered + Connections < count) connection.Send(request);
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

    private bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        if (!answer.StartsWith(_status)) throw new IOException($"The server answered {Encoding.ASCII.GetString(answer[..end])}.");
        var length = answer[..(end + 2)].IndexOf("Content-Length: "u8);
        if (length < 0) return true; // 304
        var digits = answer[(length + "Content-Length: "u8.Length)..];
        var body = int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + body;
    }
}
