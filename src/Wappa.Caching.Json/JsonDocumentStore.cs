namespace Wappa.Caching;
