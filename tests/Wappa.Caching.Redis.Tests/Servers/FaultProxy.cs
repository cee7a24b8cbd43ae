using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>Stands between a client and a server and misbehaves when told to.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Link, Task> _links = new();
    private readonly Task _accepting;
    private readonly TcpListener _listener;
    private TaskCompletionSource? _hole;
    private const int Backlog = 1;

    private readonly List<Socket> _fillers = [];
    private TaskCompletionSource? _strand;
    private TaskCompletionSource? _deaf;
    private long _replyDelay;
    private long _replyBytesLeft = long.MaxValue;
    private bool _refusing;
    private bool _passingRequests;

    private FaultProxy(int target)
    {
        _target = target;
        Port = FreePort.Next();
        _listener = Listen(Port);
        _accepting = AcceptAsync();
    }

    /// <summary>Where a client connects instead.</summary>
    internal int Port { get; }

    internal string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>How many connections stand.</summary>
    internal int Connections => _links.Count;

    /// <summary>How many connections there have been.</summary>
    internal int Accepted { get; private set; }

    /// <summary>How many were refused.</summary>
    internal int Refused { get; private set; }

    internal static FaultProxy To(RedisServer server) => new(server.Port);

    /// <summary>Takes new connections to another server, as an address that moves with a failover does.</summary>
    internal void MoveTo(RedisServer server) => Volatile.Write(ref _target, server.Port);

    /// <summary>Lets so many more bytes of replies through, then cuts the connection that brings the next.</summary>
    internal void CutRepliesAfter(long bytes) => Interlocked.Exchange(ref _replyBytesLeft, bytes);

    /// <summary>Takes what both sides send and passes nothing on; nobody is told. Connections stay and new ones are taken.</summary>
    internal void SwallowAll()
    {
        Volatile.Write(ref _passingRequests, false);
        Interlocked.CompareExchange(ref _hole, new(TaskCreationOptions.RunContinuationsAsynchronously), null);
    }

    /// <summary>The same for replies only: what is asked arrives and is done.</summary>
    internal void SwallowReplies()
    {
        SwallowAll();
        Volatile.Write(ref _passingRequests, true);
    }

    /// <summary>Passes on again; what was held back comes first, in order.</summary>
    internal void PassOn() => Interlocked.Exchange(ref _hole, null)?.TrySetResult();

    /// <summary>Takes what the present connections send and holds it back, also when the client has long given them up, as a network does
    /// that delivers late. New connections work.</summary>
    internal void Strand()
    {
        _strand = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var link in _links.Keys) link.Strand = _strand.Task;
    }

    /// <summary>Delivers what was stranded, and waits until the server has answered it.</summary>
    internal async Task DeliverAsync()
    {
        var stranded = _links.Keys.Where(link => link.HoldsSomething).ToArray();
        _strand?.TrySetResult();
        foreach (var link in stranded) await link.Answered.WaitAsync(Eventually.Patience);
    }

    /// <summary>Has each piece of a reply come so much later; zero: at once again.</summary>
    internal void DelayReplies(TimeSpan by) => Interlocked.Exchange(ref _replyDelay, by.Ticks);

    /// <summary>Cuts every connection.</summary>
    internal void CutAll()
    {
        foreach (var link in _links.Keys) link.Cut();
    }

    /// <summary>Cuts every connection, and loses the packets that ask for new ones, as a network does that drops everything: the queue of
    /// those that wait to be taken is full.</summary>
    internal async Task DeafenAsync()
    {
        _deaf = new(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_fillers.Count < Backlog + 2) // one is taken and held, and the queue has room for one more than it says
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            await filler.ConnectAsync(IPAddress.Loopback, Port);
        }

        CutAll();
    }

    /// <summary>Hears again.</summary>
    internal void Hear()
    {
        foreach (var filler in _fillers) Reset(filler);
        _fillers.Clear();
        Interlocked.Exchange(ref _deaf, null)?.TrySetResult();
    }

    /// <summary>Cuts every connection and refuses new ones.</summary>
    internal void Refuse()
    {
        Volatile.Write(ref _refusing, true);
        CutAll();
    }

    /// <summary>Takes connections again.</summary>
    internal void Accept() => Volatile.Write(ref _refusing, false);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        PassOn();
        Hear();
        _strand?.TrySetResult();
        CutAll();
        await _accepting;
        await Task.WhenAll(_links.Values);
        _end.Dispose();
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(Backlog);
        return listener;
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (Volatile.Read(ref _deaf) is { } deaf) await deaf.Task;
            if (Volatile.Read(ref _refusing))
            {
                Refused++;
                Reset(client);
                continue;
            }

            Accepted++;
            var link = new Link(client);
            _links[link] = RunAsync(link);
        }
    }

    private async Task RunAsync(Link link)
    {
        await Task.Yield(); // the link is entered before it can be taken out
        try
        {
            await link.Server.ConnectAsync(IPAddress.Loopback, Volatile.Read(ref _target));
            await Task.WhenAny(
                PumpAsync(link, link.Client, link.Server, isReply: false), PumpAsync(link, link.Server, link.Client, isReply: true));
        }
        catch (SocketException)
        {
            // the server is down: the client sees a connection that is cut at once
        }
        finally
        {
            link.Cut();
            _links.TryRemove(link, out _);
        }
    }

    private async Task PumpAsync(Link link, Socket from, Socket to, bool isReply)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is var received and > 0)
            {
                if (Volatile.Read(ref _hole) is { } hole && (isReply || !Volatile.Read(ref _passingRequests))) await hole.Task;
                if (isReply) link.NoteAnswer();
                else if (link.Strand is { } strand)
                {
                    link.HoldsSomething = true;
                    await strand;
                }

                if (isReply && Volatile.Read(ref _replyDelay) is var delay and > 0) await PauseAsync(TimeSpan.FromTicks(delay));
                var left = isReply ? Interlocked.Add(ref _replyBytesLeft, -received) + received : received;
                var passed = (int)Math.Clamp(left, 0, received);
                for (var sent = 0; sent < passed;) sent += await to.SendAsync(buffer.AsMemory(sent, passed - sent));
                if (passed == received) continue;
                Interlocked.Exchange(ref _replyBytesLeft, long.MaxValue);
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // one end is gone, and the other goes with it
        }

        if (!isReply && link.HoldsSomething) await Task.WhenAny(link.Answered, link.IsCut); // what came late is answered, to nobody
    }

    private static async Task PauseAsync(TimeSpan length)
    {
        using var pause = new PeriodicTimer(length);
        await pause.WaitForNextTickAsync();
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // the link ended by itself meanwhile
        }
    }

    private sealed class Link(Socket client)
    {
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _isCut;

        internal Socket Client { get; } = client;

        internal Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        /// <summary>What it sends waits for this; null: it does not.</summary>
        internal Task? Strand { get; set; }

        /// <summary>Something it sent waits, or has waited.</summary>
        internal bool HoldsSomething { get; set; }

        /// <summary>The server has answered what was held back.</summary>
        internal Task Answered => _answered.Task;

        internal Task IsCut => _cut.Task;

        internal void NoteAnswer()
        {
            if (HoldsSomething) _answered.TrySetResult();
        }

        internal void Cut()
        {
            if (Interlocked.Exchange(ref _isCut, 1) != 0) return;
            _cut.TrySetResult();
            Reset(Client);
            Reset(Server);
        }
    }
}
