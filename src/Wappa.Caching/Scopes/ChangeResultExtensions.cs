namespace Wappa.Caching.Scopes;

/// <summary>Turns a store's answer into a cache's.</summary>
internal static class ChangeResultExtensions
{
    /// <summary>Not an async method: a store that answers at once, as memory does, costs no state machine.</summary>
    internal static ValueTask<TResult> Then<TResult>(this ValueTask<ChangeResult> change, Func<ChangeResult, TResult> select)
    {
        return change.IsCompletedSuccessfully ? new(select(change.Result)) : Awaited(change, select);

        static async ValueTask<TResult> Awaited(ValueTask<ChangeResult> change, Func<ChangeResult, TResult> select) =>
            select(await change.ConfigureAwait(false));
    }
}
