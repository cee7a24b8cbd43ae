using System.Text;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Shows that everything changed so far was told: changes are told in order, so what has told the last one has told all.</summary>
/// <remarks>Tests move time by giving keys another end, past the store under test. That has to be told before they go on.</remarks>
internal sealed class ChangeMarker : IInvalidationListener
{
    private const int Attempts = 1_000;

    private volatile string _awaited = "";
    private volatile TaskCompletionSource _heard = new();

    /// <summary>Ends when all that the primaries changed until now was told.</summary>
    internal async Task CatchUpAsync(RedisTarget target, string keyPrefix)
    {
        foreach (var primary in target.Primaries)
        {
            await using var raw = await primary.ConnectAsync();
            _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await ChangeOneAsync(raw, keyPrefix);
            await _heard.Task.WaitAsync(Eventually.Patience);
        }
    }

    public void OnInvalidated(ReadOnlySpan<byte> key)
    {
        if (Encoding.UTF8.GetString(key) == _awaited) _heard.TrySetResult();
    }

    public void OnEverythingInvalidated()
    {
    }

    public void OnGap()
    {
    }

    public void OnTracking()
    {
    }

    // A primary of a cluster refuses what is not its own.
    private async Task ChangeOneAsync(RawRedis raw, string keyPrefix)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            _awaited = $"{keyPrefix}%marker:{Guid.NewGuid():N}";
            try
            {
                await raw.CallAsync("SET", _awaited, "1", "PX", "1");
                return;
            }
            catch (RawRedisException)
            {
                // another one's slot
            }
        }

        throw new InvalidOperationException($"None of {Attempts} keys belongs to this primary.");
    }
}
