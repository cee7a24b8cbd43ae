namespace Wappa.Caching;

/// <summary>When a write to the JSON backend is acknowledged.</summary>
public enum Durability
{
    /// <summary>After it has been synced to the disk: it survives a crash of the process, of the machine, and the loss of power.
    /// Writers that wait at the same time share one sync.</summary>
    Always,

    /// <summary>After the operating system has it: it survives a crash of the process (<c>kill -9</c>). The loss of power may take
    /// the last <see cref="JsonStoreOptions.SyncInterval"/>, in whole batches from the end.</summary>
    Interval,
}
