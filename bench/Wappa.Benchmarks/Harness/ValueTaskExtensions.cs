namespace Wappa.Benchmarks.Harness;

/// <summary>Taking a result without a state machine around the caller, whose cost is not the cache's.</summary>
internal static class ValueTaskExtensions
{
    public static T AtOnce<T>(this ValueTask<T> task) => task.IsCompletedSuccessfully
        ? task.Result
        : throw new InvalidOperationException("Nothing that is timed here may wait.");

    /// <summary>Whether it has ended well, which is all that there is to take.</summary>
    public static bool Ended(this ValueTask task) => task.IsCompletedSuccessfully;
}
