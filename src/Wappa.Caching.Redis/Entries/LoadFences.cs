using System.Globalization;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Where loads begin.</summary>
internal sealed class LoadFences(EntryServer server)
{
    /// <summary>No clock of a server comes so far, and Lua counts exactly up to there.</summary>
    internal const long Beyond = 9_000_000_000_000_000;

    private readonly string _longest = EntryFormat.Milliseconds(server.Options.LongestLoad).ToString(CultureInfo.InvariantCulture);

    /// <summary>Enters a load of an entry and gives it its fence.</summary>
    internal async ValueTask<LoadFence> BeginAsync(string key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var loads = layout.LoadsOf(layout.KeyOf(key));

        // A load that is entered twice because its reply was lost keeps its place until the longest load is over, and harms nobody.
        var call = new CallOptions { Database = layout.Database, Idempotent = true };
        var least = "";
        while (true)
        {
            var stamp = layout.IsCluster
                ? await BeginApartAsync(layout, loads, least, call, cancellationToken).ConfigureAwait(false)
                : await SendAsync(EntryScripts.Begin, new([layout.Fences, loads], "", _longest, least), call, cancellationToken)
                    .ConfigureAwait(false);
            if (stamp > 0) return new LoadFence(stamp);

            // Below the floor of this entry: on a cluster a write came between the two steps; elsewhere the clock went back and Redis has
            // lost the fences too.
            least = (-stamp).ToString(CultureInfo.InvariantCulture);
        }
    }

    private async ValueTask<long> BeginApartAsync(
        EntryLayout layout, string loads, string least, CallOptions call, CancellationToken cancellationToken)
    {
        var moment = await SendAsync(EntryScripts.Moment, new([layout.Fences], "", "", least), call, cancellationToken)
            .ConfigureAwait(false);
        return await SendAsync(EntryScripts.BeginAt, new([loads], EntryFormat.Digits(moment), _longest), call, cancellationToken)
            .ConfigureAwait(false);
    }

    private ValueTask<long> SendAsync(RedisScript script, ScriptWords words, CallOptions call, CancellationToken cancellationToken) =>
        server.SendAsync(new ScriptCall<ScriptWords>(script, words), Replies.Integer, call, cancellationToken);
}
