using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>A command made of words, the first of which is its key.</summary>
internal readonly struct Call(string name, params string[] words) : IRedisCommand
{
    public string? Key => words.Length > 0 ? words[0] : null;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin(Encoding.ASCII.GetBytes(name), words.Length);
        foreach (var word in words) writer.Write(word);
    }
}

/// <summary>One key, and arguments behind it.</summary>
internal readonly struct Run(string key, params string[] words) : IScriptArguments
{
    public string? Key => key;

    public int KeyCount => 1;

    public int ArgumentCount => words.Length;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        foreach (var word in words) writer.Write(word);
    }
}

/// <summary>Short ways to the client.</summary>
internal static class Clients
{
    internal static RedisClient Open(string url, Func<RedisClientOptions, RedisClientOptions>? change = null)
    {
        var options = RedisUrl.Parse(url);
        return new RedisClient(change?.Invoke(options) ?? options, TimeProvider.System, NullLogger.Instance);
    }

    internal static RedisClient Open(RedisServer server, Func<RedisClientOptions, RedisClientOptions>? change = null) => Open(server.Url, change);

    internal static ValueTask<string?> TextAsync(this IRedisClient client, string name, params string[] words) =>
        client.SendAsync(new Call(name, words), Replies.Text, new CallOptions());

    internal static ValueTask<long> NumberAsync(this IRedisClient client, string name, params string[] words) =>
        client.SendAsync(new Call(name, words), Replies.Integer, new CallOptions());

    internal static ValueTask<string?> ReadAsync(this IRedisClient client, string key) =>
        client.SendAsync(new Call("GET", key), Replies.Text, new CallOptions { Idempotent = true });
}
