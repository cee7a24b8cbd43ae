using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Hands everything on to another client, which stays its owner's. Tests step in where they want to.</summary>
internal class PassingClient(IRedisClient client) : IRedisClient
{
    public virtual ValueTask<ServerFacts> ConnectAsync(CancellationToken cancellationToken = default) => client.ConnectAsync(cancellationToken);

    public async ValueTask<TReply> SendAsync<TCommand, TReply>(
        TCommand command, ReplyParser<TReply> parser, CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand
    {
        await BeforeAsync();
        return await client.SendAsync(command, parser, options, cancellationToken);
    }

    ValueTask<TReply> IRedisClient.SendAsync<TCommand, TReply>(
        in TCommand command, ReplyParser<TReply> parser, in CallOptions options, CancellationToken cancellationToken) =>
        SendAsync(command, parser, options, cancellationToken);

    public async ValueTask<ReplyOutcome<TReply>[]> SendManyAsync<TCommand, TReply>(
        ReadOnlyMemory<TCommand> commands, ReplyParser<TReply> parser, CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand
    {
        await BeforeAsync();
        return await client.SendManyAsync(commands, parser, options, cancellationToken);
    }

    public ValueTask<IReadOnlyList<RedisNode>> GetPrimariesAsync(CancellationToken cancellationToken = default) =>
        client.GetPrimariesAsync(cancellationToken);

    public ValueTask<IAsyncDisposable> TrackAsync(
        int database, IReadOnlyList<string> prefixes, IInvalidationListener listener, CancellationToken cancellationToken = default) =>
        client.TrackAsync(database, prefixes, listener, cancellationToken);

    public ValueTask<IAsyncDisposable> SubscribeAsync(
        string channel, IMessageListener listener, CancellationToken cancellationToken = default) =>
        client.SubscribeAsync(channel, listener, cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs before each flush.</summary>
    protected virtual Task BeforeAsync() => Task.CompletedTask;
}
