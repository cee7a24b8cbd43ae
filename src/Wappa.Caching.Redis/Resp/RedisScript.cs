using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>A Lua script, known to servers by its hash. Make one instance per script and keep it.</summary>
internal sealed class RedisScript
{
    private static int _count;

    /// <param name="source">Lua. It must not read the clock or random numbers before its first write on old servers.</param>
    internal RedisScript(string source)
    {
        Source = Encoding.UTF8.GetBytes(source);
#pragma warning disable CA5350 // the protocol's name of a script, not a protection
        Hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Source)));
#pragma warning restore CA5350
        Index = Interlocked.Increment(ref _count) - 1;
    }

    /// <summary>UTF-8.</summary>
    internal byte[] Source { get; }

    /// <summary>The 40 hex digits EVALSHA wants.</summary>
    internal byte[] Hash { get; }

    /// <summary>Its place in the tables of connections.</summary>
    internal int Index { get; }
}

/// <summary>The keys and arguments of one run of a script.</summary>
internal interface IScriptArguments
{
    /// <summary>The key that decides the node; see <see cref="IRedisCommand.Key"/>.</summary>
    string? Key { get; }

    /// <summary>How many of the words are KEYS; they come first.</summary>
    int KeyCount { get; }

    /// <summary>How many are ARGV.</summary>
    int ArgumentCount { get; }

    /// <summary>Writes the keys, then the arguments.</summary>
    /// <param name="writer">After the script and the number of keys.</param>
    void Write(ref CommandWriter writer);
}

/// <summary>Runs a script: EVALSHA, or EVAL the first time on a connection and after the server has forgotten it. A refusal
/// with NOSCRIPT is repeated without the caller knowing: the script had not begun.</summary>
/// <typeparam name="TArguments">Its keys and arguments.</typeparam>
/// <param name="script">What to run.</param>
/// <param name="arguments">With what.</param>
internal readonly struct ScriptCall<TArguments>(RedisScript script, TArguments arguments) : IRedisCommand
    where TArguments : struct, IScriptArguments
{
    private readonly TArguments _arguments = arguments;

    /// <inheritdoc/>
    public string? Key => _arguments.Key;

    /// <inheritdoc/>
    public void Write(ref CommandWriter writer)
    {
        writer.BeginScript(script, _arguments.KeyCount, _arguments.ArgumentCount);
        _arguments.Write(ref writer);
    }
}
