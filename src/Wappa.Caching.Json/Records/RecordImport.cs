using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Import;
using Wappa.Caching.Json.Journal;

namespace Wappa.Caching.Json.Records;

/// <summary>Brings the files of the original Wappa over when a folder is opened for the first time.</summary>
/// <remarks>
/// Their records go through the journal like every change, and only when they are durable there the files are put aside. A mark
/// in the journal's directory says that this has begun, so that an import that was cut short is done again, before
/// anybody can have changed what it brought over. Each record is a plain <c>Set</c>: anything else would read the file it
/// replaces, which is the original's.
/// </remarks>
internal sealed partial class RecordImport(
    IFileSystem disk, RecordFiles files, Quarantine quarantine, TimeProvider time, string directory, ILogger logger)
{
    private string Mark => Path.Combine(directory, "importing");

    /// <summary>Leaves the mark: the folder is opened for the first time, and before anything says that it is not.</summary>
    internal void Begin()
    {
        disk.Create(Mark, exclusive: false).Dispose();
        disk.SyncDirectory(directory);
    }

    /// <summary>Imports, if the mark is there and there is anything to import. Nobody else may write files meanwhile.</summary>
    /// <param name="writer">Writes records.</param>
    internal void Run(RecordWriter writer)
    {
        if (!disk.TryRead(Mark, new FileBuffer())) return;
        var import = new OriginalImport(disk, files.Root, time);
        var (records, count) = (0, 0);
        foreach (var file in import.Read())
        {
            count++;
            foreach (var record in file.Records) Write(record, writer);
            writer.Flush();
            import.PutAside(file, quarantine);
            records += file.Records.Count;
            if (file.Problem.Length > 0) LogProblem(logger, file.Problem);
        }

        if (disk.Delete(Mark)) disk.SyncDirectory(directory);
        if (count > 0) LogImported(logger, records, count);
    }

    private void Write(in OriginalRecord record, RecordWriter writer)
    {
        TimeSpan? ttl = null;
        if (record.ExpiresAt != 0)
        {
            var left = record.ExpiresAt - time.GetUtcNow().ToUnixTimeMilliseconds();
            if (left <= 0) return;
            ttl = TimeSpan.FromMilliseconds(left);
        }

        if (!writer.TryApply(record.Key, new RecordChange.Set(record.Document, ttl), out _, out _))
            throw new FileSystemException("The journal failed during an import.", FileError.Device, writer.Journal.Error);
    }

    [LoggerMessage(20, LogLevel.Information, "Imported {Records} records from {Files} files of the original; they are in 'imported' now.")]
    private static partial void LogImported(ILogger logger, int records, int files);

    [LoggerMessage(21, LogLevel.Warning, "A file of the original could not be imported in full and was put into quarantine: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);
}
