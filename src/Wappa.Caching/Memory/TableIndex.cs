using System.Collections.Concurrent;

namespace Wappa.Caching.Memory;

/// <summary>Which rows each table has. A row knows its position, so leaving costs O(1) and the index eight bytes a row.</summary>
internal sealed class TableIndex
{
    private readonly ConcurrentDictionary<(string Tenant, string Table), Rows> _tables = new();

    /// <summary>Enters a row; the caller holds its stripe.</summary>
    internal void Add(Record row)
    {
        var key = row.Key;
        while (!_tables.GetOrAdd((key.Tenant, key.Owner), static _ => new Rows()).TryAdd(row))
        {
            // The last row left between the look-up and here and took the list with it: look again.
        }
    }

    /// <summary>Takes a row out; the caller holds its stripe.</summary>
    internal void Remove(Record row)
    {
        var key = row.Key;
        var table = (key.Tenant, key.Owner);
        if (_tables.TryGetValue(table, out var rows) && rows.RemoveAndCheckEmpty(row))
            _tables.TryRemove(new(table, rows));
    }

    /// <summary>The rows of one table at this moment, the table-level record included.</summary>
    internal Record[] Snapshot(string tenant, string table) =>
        _tables.TryGetValue((tenant, table), out var rows) ? rows.Snapshot() : [];

    private sealed class Rows
    {
        private readonly Lock _lock = new();
        private readonly List<Record> _rows = [];
        private bool _closed;

        internal bool TryAdd(Record row)
        {
            lock (_lock)
            {
                if (_closed) return false;
                row.Slot = _rows.Count;
                _rows.Add(row);
                return true;
            }
        }

        internal bool RemoveAndCheckEmpty(Record row)
        {
            lock (_lock)
            {
                var last = _rows[^1];
                _rows[row.Slot] = last;
                last.Slot = row.Slot;
                row.Slot = -1;
                _rows.RemoveAt(_rows.Count - 1);
                return _closed = _rows.Count == 0;
            }
        }

        internal Record[] Snapshot()
        {
            lock (_lock) return [.. _rows];
        }
    }
}
