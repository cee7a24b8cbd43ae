namespace Wappa.Caching.Stores;

/// <summary>For a sealed class of this family of packages that never changes once it is made, though its fields do not show it: readers
/// may share one instance.</summary>
internal interface ISharedValue;
