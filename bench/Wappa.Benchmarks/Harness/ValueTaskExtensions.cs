namespace Wappa.Benchmarks.Harness;

/// <summary>Taking a result without a state machine around the caller, whose cost is not the cache's.</summary>
internal static class ValueTaskExtensions
{
    public static T AtOnce<T>(this ValueTask<T> task) => task.IsCompletedSuccessfully
        ? task.Result
        : throw new InvalidOperationException("Nothing that is timed here may wait.");

    /// <summary>True, unless it failed, which is thrown.</summary>
    public static bool AtOnce(this ValueTask task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("Nothing that is timed here may wait.");
        task.GetAwaiter().GetResult();
        return true;
    }
}
