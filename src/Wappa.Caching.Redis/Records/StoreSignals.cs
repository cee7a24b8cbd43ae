using System.Globalization;
using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Messages between processes by Redis' channels.</summary>
/// <remarks>Channels know no databases: the name holds the key prefix and the database, so that apps which share a server and no
/// records do not wake each other.</remarks>
internal sealed class StoreSignals(RecordServer server)
{
    internal async ValueTask PublishAsync(string channel, string message, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var call = new CallOptions { Database = layout.DatabaseOf(RecordKind.User), Idempotent = true };
        await server.SendAsync(new Words("PUBLISH", NameOf(channel, layout), message), Replies.Any, call, cancellationToken)
            .ConfigureAwait(false);
    }

    internal async ValueTask<IAsyncDisposable> SubscribeAsync(
        string channel, Action<string?> received, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await server.Client.SubscribeAsync(NameOf(channel, layout), new Listener(received), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (RedisFailures.IsForeign(error))
        {
            throw RedisFailures.Translate(error, isWrite: false);
        }
    }

    private string NameOf(string channel, RecordLayout layout) => string.Create(
        CultureInfo.InvariantCulture, $"{server.Options.KeyPrefix}wappa:{layout.DatabaseOf(RecordKind.User)}:{channel}");

    private sealed class Listener(Action<string?> received) : IMessageListener
    {
        public void OnMessage(ReadOnlySpan<byte> payload) => received(Encoding.UTF8.GetString(payload));

        public void OnGap() => received(null);
    }
}
