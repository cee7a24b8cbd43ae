namespace Wappa.Caching.Redis.Resp;

/// <summary>How a command referred to its script: by which sending of the source it may expect the server to know it.</summary>
/// <param name="Script">Which script.</param>
/// <param name="Load">The how-manieth sending of its source on this connection.</param>
/// <param name="IsFirst">This command carries the source itself.</param>
internal readonly record struct ScriptUse(RedisScript Script, int Load, bool IsFirst);

/// <summary>Which scripts a connection has sent in full. The order of the stream makes it enough: a source sent earlier is
/// known when a later hash arrives. Guarded by the wire's gate.</summary>
internal sealed class ScriptTable
{
    // Positive: known since that sending. Negative: forgotten by the server after that many.
    private int[] _loads = new int[8];

    internal ScriptUse Use(RedisScript script)
    {
        if (script.Index >= _loads.Length) Array.Resize(ref _loads, Math.Max(script.Index + 1, _loads.Length * 2));
        ref var load = ref _loads[script.Index];
        if (load > 0) return new ScriptUse(script, load, false);
        load = 1 - load;
        return new ScriptUse(script, load, true);
    }

    /// <summary>The server did not know it. Only the refusal of the latest sending counts: a thousand commands refused after one
    /// SCRIPT FLUSH lead to one new sending, not to a thousand.</summary>
    internal void Forget(ScriptUse use)
    {
        ref var load = ref _loads[use.Script.Index];
        if (load == use.Load) load = -load;
    }
}
