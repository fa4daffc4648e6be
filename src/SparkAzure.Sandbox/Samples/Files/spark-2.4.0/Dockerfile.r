#
# Sample of the R binding's Dockerfile of Spark 2.4.0: the same instructions, other comments.
#

ARG base_img
FROM $base_img
WORKDIR /
RUN mkdir ${SPARK_HOME}/R

RUN apk add --no-cache R R-dev

COPY R ${SPARK_HOME}/R
ENV R_HOME /usr/lib/R

WORKDIR /opt/spark/work-dir
ENTRYPOINT [ "/opt/entrypoint.sh" ]
