using System.Buffers.Text;
using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>What becomes of commands the server refused before running them: all may be sent again, also those that must not run
/// twice.</summary>
/// <param name="client">Whose commands they are.</param>
internal sealed class Refusals(RedisClient client)
{
    private const int MostScriptLoads = 16;

    // While a slot moves, two nodes may name each other for a moment: after as many redirections a command pauses.
    private const int HurriedRedirections = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private List<PendingCommand> _delayed = [];
    private volatile bool _someDelayed;

    /// <returns>False: the error is the caller's.</returns>
    internal bool TryTakeBack(Lane lane, Wire wire, PendingCommand pending, ReadOnlySpan<byte> error)
    {
        if (pending.IsHandshake) return false;
        var space = error.IndexOf((byte)' ');
        var code = space < 0 ? error : error[..space];
        if (code.SequenceEqual("NOSCRIPT"u8)) return TryWithSource(lane, wire, pending);
        if (code.SequenceEqual("MOVED"u8) || code.SequenceEqual("ASK"u8))
            return TryFollow(lane, pending, error[(space + 1)..], ask: code.Length == 3);
        if (Why(code) is not { } why) return false;
        if (code.SequenceEqual("READONLY"u8)) lane.OnDemoted(wire);
        if (!code.SequenceEqual("BUSY"u8)) client.Cluster?.RefreshSoon();
        if (pending.TryWaitAgain()) Delay(pending, why);
        return true;
    }

    /// <summary>Keeps a waiting command for a while.</summary>
    internal void Delay(PendingCommand pending, string why)
    {
        pending.Refusal = why;
        pending.Asking = false;
        pending.NotBefore = client.Clock.Now + client.Clock.Ticks(Pause);
        lock (_gate)
        {
            _delayed.Add(pending);
            _someDelayed = true;
        }
    }

    /// <summary>Sends again what has waited long enough, and ends what has waited too long.</summary>
    internal void Tick(long now)
    {
        if (!_someDelayed) return;
        List<PendingCommand> due = [];
        lock (_gate)
        {
            List<PendingCommand> kept = [];
            foreach (var pending in _delayed)
            {
                pending.CheckDeadline(now, static late => Failures.Refused(late.Refusal!, late.Options.Timeout, late.MaybeHappened));
                if (!pending.IsWaiting) continue;
                (pending.NotBefore <= now || client.IsClosed ? due : kept).Add(pending);
            }

            _delayed = kept;
            _someDelayed = kept.Count > 0;
        }

        foreach (var pending in due) client.Dispatch(pending);
    }

    /// <summary>A refusal to let somebody in that time may cure.</summary>
    internal static bool PassesByItself(RedisServerException refusal) =>
        refusal.Code is "LOADING" or "MASTERDOWN" or "BUSY" or "TRYAGAIN" ||
        refusal.Text.StartsWith("ERR max number of clients", StringComparison.Ordinal);

    private static string? Why(ReadOnlySpan<byte> code) => Encoding.ASCII.GetString(code) switch
    {
        "LOADING" => "it is loading its data set (LOADING).",
        "READONLY" => "the server is a replica (READONLY).",
        "CLUSTERDOWN" => "the cluster is down or the slot is not served (CLUSTERDOWN).",
        "TRYAGAIN" => "the slot is being moved (TRYAGAIN).",
        "MASTERDOWN" => "the replica has lost its primary (MASTERDOWN).",
        "NOREPLICAS" => "too few replicas follow the primary (NOREPLICAS).",
        "BUSY" => "a script has been running for too long (BUSY).",
        _ => null,
    };

    private static bool TryWithSource(Lane lane, Wire wire, PendingCommand pending)
    {
        if (pending.Script is not { } use || ++pending.Refusals > MostScriptLoads) return false;
        wire.Forget(use);
        if (pending.TryWaitAgain()) lane.Enqueue(pending);
        return true;
    }

    // "3999 127.0.0.1:6381"; the address may be ":6381", the server not knowing its own name.
    private bool TryFollow(Lane lane, PendingCommand pending, ReadOnlySpan<byte> where, bool ask)
    {
        if (client.Cluster is not { } map) return false;
        if (!Utf8Parser.TryParse(where, out int slot, out var used) || slot is < 0 or >= HashSlot.Count) return false;
        var address = where[Math.Min(used + 1, where.Length)..];
        var colon = address.LastIndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(address[(colon + 1)..], out int port, out _)) return false;
        var host = Encoding.ASCII.GetString(address[..colon]);
        var target = map.NodeAt(new RedisNode(host is "" or "?" ? lane.Address?.Host ?? host : host.Trim('[', ']'), port));
        if (!ask) map.OnMoved(slot, target);
        if (!pending.TryWaitAgain()) return true;
        if (++pending.Refusals % (HurriedRedirections + 1) == 0)
        {
            map.RefreshSoon();
            Delay(pending, "the nodes of the cluster send it from one to another (MOVED).");
            return true;
        }

        pending.Asking = ask;
        target.Lane(pending.Options.Database).Enqueue(pending);
        return true;
    }
}
