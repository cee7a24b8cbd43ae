global using System.Collections.Immutable;
global using Wappa.Caching;
