using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>How a journal behaves.</summary>
/// <param name="Files">The disk.</param>
/// <param name="Directory">Where its segments are; it exists.</param>
/// <param name="AlwaysSync">Whether a batch is acknowledged after its sync, or after its write.</param>
/// <param name="MaxBytes">The most bytes that are not applied yet.</param>
/// <param name="FirstSegment">Size of the first segment, in bytes.</param>
/// <param name="LargestSegment">Each segment is twice as large as the one before it, up to this.</param>
/// <param name="Fault">The deliberate fault to run with.</param>
internal sealed record JournalOptions(
    IFileSystem Files, string Directory, bool AlwaysSync, long MaxBytes, int FirstSegment, int LargestSegment, ProtocolFault Fault);
