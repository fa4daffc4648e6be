namespace SparkAzure.Core.Java;

/// <summary>
/// The definitions of a name that a referring class can come to see. When two jars both have the referring class and
/// the one referred to,
/// an order that takes one of them from the first jar takes the other from there too.
/// </summary>
internal readonly struct DefinitionList(JavaClassPath path, int first, int referrer)
{
    /// <summary>Goes through them.</summary>
    public Enumerator GetEnumerator() => new(path, first, referrer);

    /// <summary>The one that is being looked at.</summary>
    internal struct Enumerator
    {
        private readonly JavaClassPath _path;
        private readonly int _first;
        private readonly int _referrer;
        private int _next;

        /// <summary>Begins before the first.</summary>
        public Enumerator(JavaClassPath path, int first, int referrer)
        {
            _path = path;
            _first = first;
            _referrer = referrer;
            _next = first;
        }

        public int Current { get; private set; } = -1;

        public bool MoveNext()
        {
            while (_next >= 0)
            {
                Current = _next;
                _next = _path.Next(_next);
                if (IsPossible(Current))
                {
                    return true;
                }
            }

            return false;
        }

        private readonly bool IsPossible(int definition)
        {
            var own = _path.JarNumberOf(_referrer);
            var other = _path.JarNumberOf(definition);
            if (own == other || (definition == _first && _next < 0))
            {
                return true;
            }

            return !(Has(_first, own) && Has(_path.Find(_path.HashOf(_referrer)), other));
        }

        private readonly bool Has(int definitions, int jar)
        {
            for (var i = definitions; i >= 0; i = _path.Next(i))
            {
                if (_path.JarNumberOf(i) == jar)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
