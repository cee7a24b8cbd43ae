namespace Wappa.Caching.Json.Records;
internal sealed class CacheDataLayout(string ownTenant) : IRecordLayout
{
    public IReadOnlyList<string> Directories => throw new NotSupportedException(ownTenant);
    public string PathOf(in RecordKey key) => throw new NotSupportedException();
    public FileNameKind Read(int directory, ReadOnlySpan<char> name, out int owner) => throw new NotSupportedException();
    public bool TryParse(int directory, ReadOnlySpan<char> name, out RecordKey key) => throw new NotSupportedException();
    public int OwnerHash(RecordKind kind, string tenant, string owner) => throw new NotSupportedException();
}
