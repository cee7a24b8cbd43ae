using System.Diagnostics;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>Waits for what a server will say sooner or later, by asking it.</summary>
internal static class Eventually
{
    // What takes longer is a failure. Two busy cores need a while to form a cluster.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until the answer is yes. A question that fails is a no.</summary>
    /// <param name="what">What is waited for, for the error.</param>
    /// <param name="question">Asked again and again.</param>
    /// <param name="patience">Default: <see cref="Patience"/>.</param>
    /// <exception cref="TimeoutException">It was no for too long; with the last failure, if there was one.</exception>
    internal static async Task BeTrueAsync(string what, Func<Task<bool>> question, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        using var pauses = new PeriodicTimer(Pause);
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await question()) return;
            }
            catch (Exception error) when (error is IOException or RawRedisException or InvalidOperationException or TimeoutException)
            {
                failure = error;
            }

            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience))
                throw new TimeoutException($"Waited too long: {what}.", failure);
            await pauses.WaitForNextTickAsync();
        }
    }
}
